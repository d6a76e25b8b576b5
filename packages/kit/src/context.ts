import { AsyncLocalStorage } from 'node:async_hooks'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { continueTrace, formatTraceparent, type Trace } from './trace.ts'

/** What the work at hand belongs to: read by the log, and sent along with every event and call. */
export interface WorkContext {
  readonly service: string
  readonly requestId: string
  readonly trace: Trace
  /** A user id, `anonymous`, or `system`. */
  actor: string
  /** That whoever passed the request on logs all there is to say of it. */
  isLoggedBefore?: boolean
}

const storage = new AsyncLocalStorage<WorkContext>()

/** Runs work so that everything it logs, says and calls carries this context. */
export function withContext<T>(context: WorkContext, work: () => T): T {
  return storage.run(context, work)
}

/** The current context; work that nobody asked for (an alarm) gets one of its own. */
export function currentContext(): WorkContext {
  return storage.getStore() ?? systemContext('unknown')
}

/** A context for work that starts by itself: an alarm or a cron trigger. */
export function systemContext(service: string, traceparent?: string): WorkContext {
  return {
    service,
    requestId: crypto.randomUUID(),
    trace: continueTrace(traceparent),
    actor: 'system',
  }
}

/** The current context in the form that a call to another Worker takes. */
export function callContext(): CallContext {
  const { requestId, trace, actor } = currentContext()
  return { requestId, traceparent: formatTraceparent(trace), actor }
}
