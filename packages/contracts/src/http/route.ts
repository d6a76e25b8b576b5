import { createRoute, type RouteConfig, type z } from '@hono/zod-openapi'
import { ERRORS, Problem, type ErrorCode } from '../errors.ts'
import type { Access } from '../primitives/role.ts'

type ResponseMap = RouteConfig['responses']

interface RouteInput<P extends string> extends Omit<
  RouteConfig,
  'path' | 'responses' | 'security'
> {
  path: P
  operationId: string
  tags: [string]
  /** Who may call it. The gateway and the service both enforce it. */
  access: Access
  responses: ResponseMap
  /** The refusals special to this route; those that any route can give are added. */
  errors?: readonly ErrorCode[]
}

const EVERYWHERE: readonly ErrorCode[] = ['too_many_requests', 'internal_error', 'unavailable']

/**
 * Defines one call of the public API: the single source of its path, schemas, access and errors for
 * the service that answers it, for the gateway that routes it and for the OpenAPI document.
 */
export function defineRoute<P extends string, const R extends RouteInput<P> & { path: P }>(
  route: R,
) {
  const { errors = [], ...config } = route
  const codes = [...errors, ...accessErrors(route), ...EVERYWHERE]
  return createRoute<P, R>({
    ...config,
    security: route.access === 'anyone' ? [] : [{ bearer: [] }],
    responses: { ...problemResponses(codes), ...route.responses },
  } as unknown as R)
}

function accessErrors(route: RouteInput<string>): ErrorCode[] {
  const codes: ErrorCode[] = []
  if (route.access !== 'anyone') codes.push('unauthorized')
  if (route.access === 'staff' || route.access === 'admin') codes.push('forbidden')
  if (route.request !== undefined) codes.push('validation_failed')
  if (route.request?.body !== undefined) codes.push('payload_too_large', 'unsupported_media_type')
  return codes
}

function problemResponses(codes: readonly ErrorCode[]): ResponseMap {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of new Set(codes)) {
    const { status } = ERRORS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('. '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  )
}

/** A required JSON body. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

/** A JSON body that may be left out: then it is `{}`. */
export function optionalJsonBody<T extends z.ZodType>(schema: T) {
  return { required: false, content: { 'application/json': { schema } } } as const
}

/** A JSON answer. */
export function jsonAnswer<T extends z.ZodType>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } } as const
}
