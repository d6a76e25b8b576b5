import { OpenAPIHono, type RouteConfig, type RouteHandler } from '@hono/zod-openapi'
import { hasAccess, type Access } from '@kiosk/contracts/primitives/role'
import type { Context, ErrorHandler, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import type { z } from 'zod'
import { assert } from './assert.ts'
import { verifyAuthorization, type KeyFinder, type Principal } from './auth.ts'
import { currentContext, withContext, type WorkContext } from './context.ts'
import { describeError, log } from './log.ts'
import { ProblemError, problemResponse, toProblem } from './problem.ts'
import { continueTrace } from './trace.ts'

/** The Hono environment of every Worker: its bindings, what its handlers work with, and who calls. */
export interface AppEnv<Env, Deps> {
  Bindings: Env & object
  Variables: { deps: Deps; principal: Principal | null }
}

type AccessRoute = RouteConfig & { access: Access }

/** A call of the contract and the function that answers it. */
export interface Endpoint<Env, Deps> {
  readonly route: AccessRoute
  readonly handler: RouteHandler<AccessRoute, AppEnv<Env, Deps>>
  readonly shortcut?: Shortcut<Env, Deps> | undefined
}

/**
 * May answer in place of a handler, before the input is read. Whoever may not call the route does not get
 * here.
 */
export type Shortcut<Env, Deps> = MiddlewareHandler<AppEnv<Env, Deps>>

/**
 * Makes the function with which a Worker ties a contract route to its handler. Whoever may not call the
 * route is refused before its input is read.
 */
export function endpointsOf<Env, Deps>() {
  return function endpoint<R extends AccessRoute>(
    route: R,
    handler: RouteHandler<R, AppEnv<Env, Deps>>,
    shortcut?: Shortcut<Env, Deps>,
  ): Endpoint<Env, Deps> {
    return { route, handler: handler as unknown as Endpoint<Env, Deps>['handler'], shortcut }
  }
}

interface AppOptions<Env, Deps> {
  readonly service: string
  readonly createDeps: (env: Env) => Deps
  readonly keys: (env: Env) => KeyFinder
  readonly endpoints: readonly Endpoint<Env, Deps>[]
  /** What must be true before this Worker takes traffic; each name with whether it is. */
  readonly ready: (env: Env) => Promise<Record<string, boolean>>
}

/** The HTTP side of a Worker: context, log, authentication, validation, problems, health. */
export function createApp<Env, Deps>(
  options: AppOptions<Env, Deps>,
): OpenAPIHono<AppEnv<Env, Deps>> {
  const app = new OpenAPIHono<AppEnv<Env, Deps>>({ defaultHook: refuseInvalid })
  app.use(inContext(options.service), provideDeps(options.createDeps))
  app.onError(renderError)
  app.notFound(() => problemResponse(new ProblemError('not_found')))
  for (const { route, handler, shortcut } of options.endpoints) {
    const guard = authorize<Env, Deps>(route.access, options.keys)
    const middleware = [guard, acceptJson(route), ...(shortcut === undefined ? [] : [shortcut])]
    app.openapi({ ...route, middleware }, handler)
  }
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const checks = await options.ready(c.env)
    const ready = Object.values(checks).every(Boolean)
    return c.json({ status: ready ? 'ready' : 'not_ready', checks }, ready ? 200 : 503)
  })
  return app
}

const REQUEST_ID = 'x-request-id'

/** The caller's id of the request where it has the form of one: it is logged and sent back. */
function requestIdOf(header: string | undefined): string {
  return header !== undefined && /^[\w.-]{1,64}$/.test(header) ? header : crypto.randomUUID()
}

/** Runs each request in its context and writes its one line when it is answered. */
export function inContext(service: string): MiddlewareHandler {
  return (c, next) => {
    const context: WorkContext = {
      service,
      requestId: requestIdOf(c.req.header(REQUEST_ID)),
      trace: continueTrace(c.req.header('traceparent')),
      actor: 'anonymous',
    }
    return withContext(context, async () => {
      const startedAt = Date.now()
      // Before there is an answer: a header that is added to one later copies it.
      c.header(REQUEST_ID, context.requestId)
      await next()
      // Only an answer that was made elsewhere, such as a problem, is without it.
      if (!c.res.headers.has(REQUEST_ID)) c.header(REQUEST_ID, context.requestId)
      if (context.isLoggedBefore) return
      const { status } = c.res
      log(status >= 500 ? 'error' : 'info', 'request', {
        method: c.req.method,
        route: routePath(c),
        status,
        outcome: status < 400 ? 'ok' : status < 500 ? 'refused' : 'failed',
        durationMs: Date.now() - startedAt,
      })
    })
  }
}

function provideDeps<Env, Deps>(
  createDeps: (env: Env) => Deps,
): MiddlewareHandler<AppEnv<Env, Deps>> {
  return (c, next) => {
    c.set('deps', createDeps(c.env))
    return next()
  }
}

/**
 * Lets through who may call. A public route treats a token that does not verify as no token, so that
 * signing in again works with an expired one at hand.
 */
export function authorize<Env, Deps>(
  access: Access,
  keys: (env: Env) => KeyFinder,
): MiddlewareHandler<AppEnv<Env, Deps>> {
  return async (c, next) => {
    const verified = verifyAuthorization(c.req.header('authorization'), keys(c.env))
    const principal = await (access === 'anyone' ? verified.catch(() => null) : verified)
    c.set('principal', principal)
    if (principal !== null) currentContext().actor = principal.id
    if (!hasAccess(principal?.role ?? null, access)) {
      throw new ProblemError(principal === null ? 'unauthorized' : 'forbidden')
    }
    await next()
  }
}

/**
 * Refuses a body of another media type before anything reads it. Where a body may be absent, no type is
 * expected of an empty one: many clients name a type with every request.
 */
export function acceptJson({ request }: AccessRoute): MiddlewareHandler {
  const body = request?.body
  return async (c, next) => {
    if (body !== undefined) {
      const mayBeAbsent = body.required !== true
      if (mayBeAbsent && c.req.raw.body === null) c.req.raw = withoutType(c.req.raw)
      const contentType = c.req.header('content-type')
      const isAbsent = mayBeAbsent && contentType === undefined
      if (!isAbsent && !isJson(contentType)) throw new ProblemError('unsupported_media_type')
    }
    await next()
  }
}

function withoutType(request: Request): Request {
  const headers = new Headers(request.headers)
  headers.delete('content-type')
  return new Request(request, { headers })
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType ?? '')
}

/** Who calls, on a route that only signed-in people reach. */
export function principalOf<Env, Deps>(c: Context<AppEnv<Env, Deps>>): Principal {
  const { principal } = c.var
  assert(principal !== null, 'the route asks for a signed-in principal')
  return principal
}

/** Refuses input that a route's schemas do not accept, naming each wrong field. */
export function refuseInvalid(
  result: { success: true } | { success: false; target: string; error: z.core.$ZodError },
): void {
  if (result.success) return
  const errors = result.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }))
  const missingKey = result.error.issues.some(
    (issue) => issue.path[0] === 'idempotency-key' && issue.code === 'invalid_type',
  )
  if (missingKey) throw new ProblemError('idempotency_key_required')
  const first = errors[0]
  const detail =
    first === undefined ? undefined : `${first.path || result.target}: ${first.message}`
  throw new ProblemError('validation_failed', detail, { errors })
}

/** Turns whatever was thrown into a problem; what is our fault is logged with its cause. */
export const renderError: ErrorHandler = (error) => {
  if (error instanceof HTTPException) return problemResponse(fromHttpException(error))
  const problem = toProblem(error)
  if (problem !== error) log('error', 'request failed', { error: describeError(error) })
  return problemResponse(problem)
}

function fromHttpException(error: HTTPException): ProblemError {
  switch (error.status) {
    case 400:
      return new ProblemError('validation_failed', 'The body is not valid JSON', {
        errors: [{ path: '', message: 'is not valid JSON' }],
      })
    case 413:
      return new ProblemError('payload_too_large')
    case 415:
      return new ProblemError('unsupported_media_type')
    default:
      return new ProblemError('internal_error')
  }
}
