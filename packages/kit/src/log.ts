import { currentContext } from './context.ts'

type Fields = Record<string, unknown>

/**
 * Writes one JSON line with the context of the current work. Callers pass facts, never bodies, tokens or
 * personal data; errors go through `describeError`.
 */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: Fields = {}): void {
  const { service, requestId, trace, actor } = currentContext()
  const line = JSON.stringify({
    time: new Date().toISOString(),
    level,
    service,
    message,
    ...fields,
    requestId,
    traceId: trace.traceId,
    spanId: trace.spanId,
    actor,
  })
  if (level === 'error') console.error(line)
  else if (level === 'warn') console.warn(line)
  else console.log(line)
}

interface ErrorDescription {
  name: string
  message: string
  code?: string
  at?: string
  cause?: ErrorDescription
}

const CAUSE_DEPTH_MAX = 5

/**
 * An error as log fields, with its causes. Drizzle puts the statement's parameters (addresses, password
 * hashes) into its message, so of such an error only the kind is kept; its cause says what happened.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: 'NonError', message: String(error).slice(0, 500) }
  const carriesParameters = 'params' in error || error.message.startsWith('Failed query')
  const code = 'code' in error ? String(error.code) : undefined
  return {
    name: error.name,
    message: carriesParameters ? 'a query failed' : error.message.slice(0, 1000),
    ...(code === undefined ? {} : { code }),
    ...(carriesParameters ? {} : { at: error.stack?.split('\n').slice(1, 4).join(' ').trim() }),
    ...(error.cause === undefined || depth >= CAUSE_DEPTH_MAX
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}
