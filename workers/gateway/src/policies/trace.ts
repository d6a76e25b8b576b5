import { currentContext } from '@kiosk/kit/context'
import { formatTraceparent } from '@kiosk/kit/trace'
import type { Middleware } from '../deps.ts'

/** Tells the client the trace of its request; kit tells the request id. */
export const tellTrace: Middleware = (c, next) => {
  c.header('traceparent', formatTraceparent(currentContext().trace))
  return next()
}
