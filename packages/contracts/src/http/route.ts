import { createRoute, type RouteConfig, type z } from '@hono/zod-openapi'
import { ERRORS, type ErrorCode } from '../errors.ts'
import type { Access } from '../primitives/role.ts'
import { type HeaderName, headers } from './headers.ts'

interface RouteInput<P extends string> extends Omit<RouteConfig, 'path'> {
  path: P
  operationId: string
  tags: [string]
  /** Who may call it. The gateway and the service both enforce it. */
  access: Access
  /** The refusals special to this route; those that any route can give are added. */
  errors?: readonly ErrorCode[]
  /** Answers whoever asks, however often, without any of the refusals that every other route can give. */
  isUnlimited?: boolean
}

const EVERYWHERE: readonly ErrorCode[] = ['too_many_requests', 'internal_error', 'unavailable']

/**
 * Defines one call of the public API: the single source of its path, schemas, access and errors for
 * the service that answers it, for the gateway that routes it and for the OpenAPI document.
 */
export function defineRoute<P extends string, const R extends RouteInput<P> & { path: P }>(
  route: R,
) {
  const { errors = [], isUnlimited = false, ...config } = route
  const usual = route.access === 'anyone' ? [] : [{ bearer: [] }]
  const { security = usual } = config
  const everywhere = isUnlimited ? [] : EVERYWHERE
  const known = new Set([...errors, ...refusalsOf(route), ...everywhere])
  /** Every code that it can refuse with, by rising status. */
  const refusals = [...known].toSorted((a, b) => ERRORS[a].status - ERRORS[b].status)
  const defined = createRoute<P, R>({ ...config, security } as unknown as R)
  return Object.assign(defined, { refusals })
}

/** What can be wrong with any request of this form. */
function refusalsOf(route: RouteInput<string>): ErrorCode[] {
  const codes: ErrorCode[] = []
  if (route.access !== 'anyone') codes.push('unauthorized')
  if (route.access === 'staff' || route.access === 'admin') codes.push('forbidden')
  if (route.request !== undefined) codes.push('validation_failed')
  if (route.request?.body !== undefined) codes.push('payload_too_large', 'unsupported_media_type')
  return codes
}

/** A required JSON body. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

/** A JSON body that may be left out: then it is `{}`. */
export function optionalJsonBody<T extends z.ZodType>(schema: T) {
  return { required: false, content: { 'application/json': { schema } } } as const
}

/** A JSON answer, with the headers that it has besides those of every answer. */
export function jsonAnswer<T extends z.ZodType>(
  description: string,
  schema: T,
  ...names: HeaderName[]
) {
  return {
    description,
    headers: headers(...names),
    content: { 'application/json': { schema } },
  } as const
}
