import { currentContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import { ProblemError } from '@kiosk/kit/problem'
import { formatTraceparent } from '@kiosk/kit/trace'
import type { GatewayContext, Service } from './deps.ts'

const RETRY_AFTER_SECONDS = 2

/**
 * What a client must not tell the Workers: who it is, by another way than its token, and what only
 * this network knows. Webhooks have signatures in headers of any name, so the rest passes.
 */
const NOT_FROM_CLIENTS = /^(x-(user|kiosk|internal|forwarded|real-ip)\b|forwarded$|cf-|cookie$)/

/** What is about the connection of the client, which ends here. */
const OF_THE_CONNECTION =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|accept-encoding)$/

/** The headers of a request as the Workers get them. */
export function headersFor(c: GatewayContext): Headers {
  const headers = new Headers()
  for (const [name, value] of c.req.raw.headers) {
    if (NOT_FROM_CLIENTS.test(name) || OF_THE_CONNECTION.test(name)) continue
    headers.append(name, value)
  }
  // A public call with a token that does not verify is a call without one.
  if (c.var.principal === null) headers.delete('authorization')
  return inThisTrace(headers)
}

/** The headers of a call that the gateway makes itself for who is signed in. */
export function headersForOperator(c: GatewayContext): Headers {
  return inThisTrace(new Headers({ authorization: c.req.header('authorization') ?? '' }))
}

/** Adds what ties the logs of all Workers together. */
export function inThisTrace(headers: Headers): Headers {
  const { requestId, trace } = currentContext()
  headers.set('x-request-id', requestId)
  headers.set('traceparent', formatTraceparent(trace))
  return headers
}

/**
 * Has a Worker do something that ends in an answer.
 * @throws ProblemError unavailable when it breaks, or gives none in time.
 */
export async function askService<T>(service: Service, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ProblemError) throw error
    log('error', 'service did not answer', { upstream: service, error: describeError(error) })
    throw new ProblemError('unavailable', `The ${service} service does not answer`, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    })
  }
}
