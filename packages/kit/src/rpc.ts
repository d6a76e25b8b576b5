import type { CallContext } from '@kiosk/contracts/rpc/call'
import { withContext } from './context.ts'
import { describeError, log } from './log.ts'
import { transience } from './overload.ts'
import { continueTrace } from './trace.ts'

/** Answers a call of another Worker: in the caller's trace, with one log line. */
export function serveCall<T>(
  service: string,
  method: string,
  call: CallContext,
  work: () => Promise<T>,
): Promise<T> {
  const { requestId, traceparent, actor } = call
  const context = { service, requestId, actor, trace: continueTrace(traceparent) }
  return withContext(context, async () => {
    const startedAt = Date.now()
    const facts = () => ({ route: `rpc ${method}`, durationMs: Date.now() - startedAt })
    try {
      const result = await work()
      log('info', 'call', { ...facts(), outcome: outcomeOf(result) })
      return result
    } catch (error) {
      const level = transience(error) === null ? 'error' : 'warn'
      log(level, 'call', { ...facts(), outcome: 'failed', error: describeError(error) })
      throw error
    }
  })
}

function outcomeOf(result: unknown): string {
  const refused =
    typeof result === 'object' && result !== null && 'ok' in result && result.ok === false
  return refused ? 'refused' : 'ok'
}
