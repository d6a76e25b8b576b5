import { waitUntil } from 'cloudflare:workers'
import { busyWith, currentInvocation, never } from './invocation.ts'
import { recorder } from './recorder.ts'

/** How the platform says that something could not be reached. */
export function lost(operation: string): Error {
  const error = new Error(`${operation}: Network connection lost.`)
  return Object.assign(error, { retryable: true })
}

/** What a call says that went well, in the form of the product's `Result`. */
const SUCCESS: unknown = { ok: true, value: { expiresAt: null } }

/**
 * Does an I/O operation of the product, at the point where it stands: notes the point, and fails as the armed
 * fault says.
 */
export async function reach<T>(
  operation: string,
  effect: 'read' | 'write',
  work: () => Promise<T>,
): Promise<T> {
  const invocation = currentInvocation()
  if (invocation === null) return work()
  if (invocation.isStopped) return never()
  const kind = recorder.reachIo(invocation.label, operation, effect)
  if (kind === 'before') throw lost(operation)
  if (kind === 'skip') return SUCCESS as T
  if (kind === 'crash-before') {
    invocation.stop()
    return never()
  }
  const underWay = busyWith({ object: invocation.object }, work())
  // What runs beside something that failed goes on, also when its invocation has ended over that.
  waitUntil(underWay.catch(() => undefined))
  const result = await underWay
  if (invocation.isStopped) return never()
  if (kind === 'after') throw lost(operation)
  if (kind === 'crash-after') {
    invocation.stop()
    return never()
  }
  return result
}
