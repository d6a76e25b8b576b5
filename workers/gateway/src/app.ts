import { OpenAPIHono } from '@hono/zod-openapi'
import { type ContractRoute, ROUTES } from '@kiosk/contracts/http/index'
import { acceptJson, authorize, inContext, refuseInvalid, renderError } from '@kiosk/kit/app'
import { remoteKeys } from '@kiosk/kit/auth'
import { ProblemError, problemResponse } from '@kiosk/kit/problem'
import type { Context } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { createDeps, type Deps, type GatewayEnv, type Middleware, SERVICES } from './deps.ts'
import type { Env } from './env.ts'
import { finishReading, limitBody } from './policies/body-limit.ts'
import { allowOrigins, protectData, protectDocs } from './policies/browser.ts'
import { keepPrivate } from './policies/privacy.ts'
import { limitAddress, limitSignIn, limitUser } from './policies/rate-limit.ts'
import { tellTrace } from './policies/trace.ts'
import { auditEndpoint } from './routes/audit.ts'
import { docs, docsAsset } from './routes/docs.ts'
import { asyncapi, openapi, openapiOf } from './routes/documents.ts'
import { forwardTo } from './routes/forward.ts'
import { health, readiness } from './routes/health.ts'
import { opsEndpoints } from './routes/ops.ts'

export const app = new OpenAPIHono<GatewayEnv>({ defaultHook: refuseInvalid })

app.onError(renderError)
app.notFound(() => problemResponse(new ProblemError('not_found')))

// What every request goes through, from the outside in.
app.use(inContext('gateway'), tellTrace, provideDeps, protectData, allowOrigins, finishReading)
app.use('/docs/*', protectDocs)

// Before the limits: whoever watches the shop is never told to come back later.
app.get('/healthz', health)
app.get('/readyz', readiness)

app.use(limitAddress)
app.use('/v1/auth/*', limitSignIn)
app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }))

app.get('/openapi.json', openapi)
app.get('/openapi/*', openapiOf)
app.get('/asyncapi.json', asyncapi)
app.get('/docs', docs)
app.get('/docs/*', docsAsset)

for (const { route, handler } of [...opsEndpoints, auditEndpoint]) {
  app.openapi({ ...route, middleware: gates(route) }, handler)
}
for (const service of SERVICES) {
  for (const route of namesFirst(ROUTES[service])) {
    app.on([route.method], [route.getRoutingPath()], ...gates(route), forwardTo(service))
  }
}

/** What a call of the contract goes through, in the order in which a client hears of it. */
function gates(route: (typeof opsEndpoints)[number]['route']): Middleware[] {
  return [
    authorize<Env, Deps>(route.access, (env) => remoteKeys(env.USERS)),
    keepPrivate,
    limitUser,
    limitBody,
    acceptJson(route),
  ]
}

/** The first match wins, so `/v1/users/me` comes before `/v1/users/{id}`: "{" sorts after every letter. */
function namesFirst(routes: readonly ContractRoute[]): ContractRoute[] {
  return routes.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function refuseMethod(_c: Context, methods: readonly string[]): Response {
  const response = problemResponse(new ProblemError('method_not_allowed'))
  response.headers.set('allow', [...methods, 'OPTIONS'].join(', '))
  return response
}

function provideDeps(...[c, next]: Parameters<Middleware>): Promise<void> {
  c.set('deps', createDeps(c.env))
  c.set('principal', null)
  return next()
}
