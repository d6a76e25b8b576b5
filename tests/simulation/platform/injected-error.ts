const MARK = '[injected]'

interface PlatformFlags {
  readonly overloaded?: true
  readonly retryable?: true
}

/** A failure of the platform that the simulation made up. Its message says so, wherever it ends up. */
export class InjectedError extends Error {
  constructor(message: string, flags: PlatformFlags = {}) {
    super(`${message} ${MARK}`)
    Object.assign(this, flags)
  }
}

/** Whether an error, or one that caused it, was made up. */
export function isInjected(error: unknown): boolean {
  return error instanceof Error && (error.message.includes(MARK) || isInjected(error.cause))
}
