import { z } from '@hono/zod-openapi'
import { SUBSCRIBERS } from '../events/index.ts'
import { PageQuery, pageOf } from '../primitives/page.ts'
import { Instant } from '../primitives/time.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'

const tags: [string] = ['ops']

/** What happened to a dead letter: it failed every retry, or somebody had it sent again. */
export const DeadLetterEntry = z
  .object({
    at: Instant,
    what: z.enum(['died', 'replayed']),
    attempts: z
      .number()
      .int()
      .optional()
      .openapi({ description: 'Of a death: how often it was tried' }),
    error: z.unknown().optional().openapi({ description: 'Of a death: its last error' }),
    by: z.string().optional().openapi({ description: 'Of a replay: the operator' }),
  })
  .openapi('DeadLetterEntry')

/** A message that failed every retry, as an operator sees it. */
export const DeadLetterView = z
  .object({
    id: z.string().openapi({ example: 'dlq_orders_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C' }),
    service: z.string().openapi({ example: 'orders' }),
    eventId: z.string().openapi({ example: 'evt_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C' }),
    type: z.string().openapi({ example: 'payment.succeeded' }),
    event: z.unknown(),
    error: z.unknown().openapi({ description: 'The last error, with its causes' }),
    attempts: z.number().int(),
    firstFailedAt: Instant,
    lastFailedAt: Instant,
    deadAt: Instant,
    replayedAt: Instant.nullable(),
    replays: z.number().int(),
    history: z.array(DeadLetterEntry).openapi({ description: 'Deaths and replays, oldest first' }),
  })
  .openapi('DeadLetter')
export type DeadLetterView = z.infer<typeof DeadLetterView>

const EventTypeName = z.string().min(1).max(100).openapi({ example: 'payment.succeeded' })

/** Which dead letters: those that wait for an operator, unless it says otherwise. */
export const DeadLetterFilter = z.object({
  type: EventTypeName.optional().openapi({ description: 'Only events of this type' }),
  state: z
    .enum(['open', 'replayed'])
    .default('open')
    .openapi({ description: '`open`: those that wait for an operator' }),
})

export const listDeadLetters = defineRoute({
  operationId: 'listDeadLetters',
  method: 'get',
  path: '/v1/ops/dead-letters',
  tags,
  access: 'admin',
  summary: 'Messages that failed every retry, of all services, newest first',
  request: {
    query: PageQuery.extend({
      ...DeadLetterFilter.shape,
      service: z.enum(SUBSCRIBERS).optional().openapi({ description: 'Only of this Worker' }),
    }),
  },
  responses: { 200: jsonAnswer('A page of dead letters', pageOf(DeadLetterView)) },
})

const LetterId = z.string().min(1).max(100).openapi({
  description: 'The id of the dead letter, which names its service',
  example: 'dlq_orders_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
})

export const replayDeadLetter = defineRoute({
  operationId: 'replayDeadLetter',
  method: 'post',
  path: '/v1/ops/dead-letters/{id}/replay',
  tags,
  access: 'admin',
  summary: 'Sends a dead letter to its queue again; it takes effect once',
  request: { params: z.object({ id: LetterId }) },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The letter, now replayed', DeadLetterView) },
})

export const ReplayRequest = z
  .object({ type: EventTypeName, service: z.enum(SUBSCRIBERS).optional() })
  .openapi('ReplayRequest')

export const Replayed = z
  .object({
    replayed: z.number().int(),
    remaining: z.number().int().openapi({ description: 'More of them than one call replays' }),
  })
  .openapi('Replayed')
export type Replayed = z.infer<typeof Replayed>

export const replayDeadLetters = defineRoute({
  operationId: 'replayDeadLetters',
  method: 'post',
  path: '/v1/ops/dead-letters/replay',
  tags,
  access: 'admin',
  summary: 'Sends all dead letters of a type to their queues again',
  description:
    'Oldest first, up to 100 of each service. Ask again while any remain. A letter takes effect once, however often it is replayed.',
  request: { body: jsonBody(ReplayRequest) },
  responses: { 202: jsonAnswer('How many are being sent again, and how many wait', Replayed) },
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
export const opsRoutes = [
  listDeadLetters,
  replayDeadLetters,
  replayDeadLetter,
  republishEvents,
] as const
