import { z } from '@hono/zod-openapi'
import { SUBSCRIBERS } from '../events/index.ts'
import { PageQuery, pageOf } from '../primitives/page.ts'
import { Instant } from '../primitives/time.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'

const tags: [string] = ['ops']

/** A message that failed every retry, as an operator sees it. */
export const DeadLetterView = z
  .object({
    id: z.string().openapi({ example: 'dlq_orders_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C' }),
    service: z.string().openapi({ example: 'orders' }),
    eventId: z.string(),
    type: z.string().openapi({ example: 'payment.succeeded' }),
    event: z.unknown(),
    error: z.unknown().openapi({ description: 'The last error, with its causes' }),
    attempts: z.number().int(),
    deadAt: Instant,
    replayedAt: Instant.nullable(),
    replays: z.number().int(),
  })
  .openapi('DeadLetter')
export type DeadLetterView = z.infer<typeof DeadLetterView>

export const listDeadLetters = defineRoute({
  operationId: 'listDeadLetters',
  method: 'get',
  path: '/v1/ops/dead-letters',
  tags,
  access: 'admin',
  summary: 'Messages that failed every retry, of all services, newest first',
  request: { query: PageQuery },
  responses: { 200: jsonAnswer('A page of dead letters', pageOf(DeadLetterView)) },
})

export const replayDeadLetter = defineRoute({
  operationId: 'replayDeadLetter',
  method: 'post',
  path: '/v1/ops/dead-letters/{id}/replay',
  tags,
  access: 'admin',
  summary: 'Sends a dead letter to its queue again; it takes effect once',
  request: { params: z.object({ id: z.string().min(1).max(100) }) },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The letter, now replayed', DeadLetterView) },
})

export const RepublishRequest = z
  .object({ since: Instant, subscriber: z.enum(SUBSCRIBERS).optional() })
  .openapi('RepublishRequest')

export const Republished = z.object({ republished: z.number().int() }).openapi('Republished')

export const republishEvents = defineRoute({
  operationId: 'republishEvents',
  method: 'post',
  path: '/v1/ops/republish',
  tags,
  access: 'admin',
  summary: 'Sends again what was published since a time, to one subscriber or to all',
  description: 'Harmless: every subscriber takes an event into effect once.',
  request: { body: jsonBody(RepublishRequest) },
  responses: { 202: jsonAnswer('How many messages are being sent again', Republished) },
})

/** Every public call that the gateway answers itself. */
export const opsRoutes = [listDeadLetters, replayDeadLetter, republishEvents] as const
