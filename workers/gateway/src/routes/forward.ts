import type { GatewayContext, Service } from '../deps.ts'
import { askService, headersFor } from '../upstream.ts'

/** Passes a request on to the Worker that answers it, and its answer back. */
export function forwardTo(service: Service) {
  return (c: GatewayContext): Promise<Response> => {
    const { services, config } = c.var.deps
    const { method, body } = c.req.raw
    return askService(service, async () => {
      const response = await services[service].fetch(c.req.url, {
        method,
        headers: headersFor(c),
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(config.UPSTREAM_TIMEOUT_MS),
      })
      if (hasBroken(response)) throw new Error(`answered ${response.status}, not with a problem`)
      return response
    })
  }
}

/** A Worker reports its failures as problems. Another 5xx is the platform's, and may show a stack. */
function hasBroken({ status, headers }: Response): boolean {
  return status >= 500 && headers.get('content-type') !== 'application/problem+json'
}
