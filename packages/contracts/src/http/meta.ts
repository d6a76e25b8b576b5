import { z } from '@hono/zod-openapi'
import { defineRoute, jsonAnswer } from './route.ts'

const tags: [string] = ['meta']

const Checks = z
  .record(z.string(), z.boolean())
  .openapi({ example: { database: true, migrations: true } })

export const Readiness = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    services: z
      .record(z.string(), z.object({ ready: z.boolean(), checks: Checks }))
      .openapi({ example: { orders: { ready: true, checks: { migrated: true } } } }),
  })
  .openapi('Readiness')

export const getHealth = defineRoute({
  operationId: 'getHealth',
  method: 'get',
  path: '/healthz',
  tags,
  access: 'anyone',
  isUnlimited: true,
  summary: 'Whether the gateway runs',
  responses: {
    200: jsonAnswer('It does', z.object({ status: z.literal('ok') }).openapi('Health')),
  },
})

export const getReadiness = defineRoute({
  operationId: 'getReadiness',
  method: 'get',
  path: '/readyz',
  tags,
  access: 'anyone',
  isUnlimited: true,
  summary: 'Whether the whole shop can serve: each Worker, and what it looked at',
  responses: {
    200: jsonAnswer('Every Worker is ready', Readiness),
    503: jsonAnswer('Some Worker is not ready', Readiness, 'Retry-After'),
  },
})

const Document = z
  .record(z.string(), z.unknown())
  .openapi({ description: 'The document', example: { openapi: '3.1.0' } })

export const getOpenApi = defineRoute({
  operationId: 'getOpenApi',
  method: 'get',
  path: '/openapi.json',
  tags,
  access: 'anyone',
  summary: 'The OpenAPI document of the whole API',
  responses: { 200: jsonAnswer('OpenAPI 3.1', Document) },
})

export const getServiceOpenApi = defineRoute({
  operationId: 'getServiceOpenApi',
  method: 'get',
  path: '/openapi/{service}.json',
  tags,
  access: 'anyone',
  summary: 'The OpenAPI document of what one Worker answers',
  request: {
    params: z.object({
      service: z.string().openapi({ description: 'The Worker', example: 'orders' }),
    }),
  },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('OpenAPI 3.1', Document) },
})

export const getAsyncApi = defineRoute({
  operationId: 'getAsyncApi',
  method: 'get',
  path: '/asyncapi.json',
  tags,
  access: 'anyone',
  summary: 'The AsyncAPI document of all events: who says them, who hears them, on which queue',
  responses: { 200: jsonAnswer('AsyncAPI 3.0', Document) },
})

export const getReference = defineRoute({
  operationId: 'getReference',
  method: 'get',
  path: '/docs',
  tags,
  access: 'anyone',
  summary: 'This API to read and to try, as a web page',
  responses: {
    200: {
      description: 'A web page',
      content: { 'text/html': { schema: z.string().openapi({ example: '<!doctype html>' }) } },
    },
  },
})

/** What the gateway tells of itself and of the API. */
export const metaRoutes = [
  getHealth,
  getReadiness,
  getOpenApi,
  getServiceOpenApi,
  getAsyncApi,
  getReference,
] as const
