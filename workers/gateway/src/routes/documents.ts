import { asyncApi } from '@kiosk/contracts/documents/asyncapi'
import { DOCUMENTED_SERVICES, openApi, openApiOf } from '@kiosk/contracts/documents/openapi'
import { ProblemError } from '@kiosk/kit/problem'
import type { GatewayContext } from '../deps.ts'

const written = new Map<string, string>()

/** The document of the whole API. */
export function openapi(c: GatewayContext): Response {
  return show(c, openApi)
}

/** The document of one Worker's part of the API: `/openapi/orders.json`. */
export function openapiOf(c: GatewayContext): Response {
  const name = c.req.path.slice('/openapi/'.length).replace(/\.json$/, '')
  const service = DOCUMENTED_SERVICES.find((documented) => documented === name)
  if (service === undefined) throw new ProblemError('not_found', `There is no document ${name}`)
  return show(c, () => openApiOf(service))
}

/** The document of all events. */
export function asyncapi(c: GatewayContext): Response {
  return show(c, asyncApi)
}

/** Documents never change while a Worker runs, so each is written once per isolate. */
function show(c: GatewayContext, write: () => object): Response {
  const text = written.get(c.req.path) ?? JSON.stringify(write())
  written.set(c.req.path, text)
  return c.body(text, 200, { 'content-type': 'application/json' })
}
