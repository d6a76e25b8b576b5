import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { GatewayContext, Middleware } from '../deps.ts'

const DAY_SECONDS = 24 * 60 * 60

/** Which web pages may call the API: those of the configured origins. */
export const allowOrigins: Middleware = cors({
  origin: (origin, c: GatewayContext) => {
    const allowed = c.var.deps.config.CORS_ORIGINS
    if (allowed.includes('*')) return '*'
    return allowed.includes(origin) ? origin : null
  },
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'traceparent'],
  exposeHeaders: [
    'x-request-id',
    'traceparent',
    'etag',
    'idempotent-replayed',
    'retry-after',
    'location',
  ],
  maxAge: DAY_SECONDS,
})

const protect: Middleware = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: 'DENY',
})

/** Answers of the API are data: a browser that is made to show one runs nothing in it. */
export const protectData: Middleware = (c, next) =>
  /^\/docs(\/|$)/.test(c.req.path) ? next() : protect(c, next)

/** The reference is a page: it may use what this origin serves, and call nothing else. */
export const protectDocs: Middleware = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    // Swagger UI sets style attributes, and has its icons in the style sheet.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
})
