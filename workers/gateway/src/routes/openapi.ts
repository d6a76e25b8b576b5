import { OpenAPIHono } from '@hono/zod-openapi'
import { ROUTES, type ContractRoute } from '@kiosk/contracts/http/index'
import { ProblemError } from '@kiosk/kit/problem'
import type { GatewayContext } from '../deps.ts'

type Documented = keyof typeof ROUTES

const written = new Map<string, string>()

/** The document of the whole API. */
export function openapi(c: GatewayContext): Response {
  return show(c, 'merged', Object.values(ROUTES).flat())
}

/** The document of one Worker's part of the API: `/openapi/orders.json`. */
export function openapiOf(c: GatewayContext): Response {
  const name = c.req.path.slice('/openapi/'.length).replace(/\.json$/, '')
  if (!isDocumented(name)) throw new ProblemError('not_found', `There is no document ${name}`)
  return show(c, name, ROUTES[name])
}

function isDocumented(name: string): name is Documented {
  return Object.hasOwn(ROUTES, name)
}

/** Documents never change while a Worker runs, so each is written once per isolate. */
function show(c: GatewayContext, name: string, routes: readonly ContractRoute[]): Response {
  const text = written.get(name) ?? JSON.stringify(documentOf(routes))
  written.set(name, text)
  return c.body(text, 200, { 'content-type': 'application/json' })
}

function documentOf(routes: readonly ContractRoute[]) {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono()
  openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  })
  for (const { access, ...route } of routes) {
    openAPIRegistry.registerPath({ ...route, 'x-access': access })
  }
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Kiosk', version: '1.0.0', license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
  })
}
