import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Subscriber } from '@kiosk/contracts/events'
import { DeadLetterFilter, ReplayRequest, RepublishRequest } from '@kiosk/contracts/http/ops'
import { z } from 'zod'
import { authorize, type AppEnv } from './app.ts'
import type { KeyFinder } from './auth.ts'
import type { Database } from './database.ts'
import { listDeadLetters, replayDeadLetter, replayDeadLetters } from './dead-letters.ts'
import { queueTo } from './outbox-relay.ts'

const DeadLetterQuery = DeadLetterFilter.extend({
  limit: z.coerce.number().int().min(1).max(101),
  before: z.string().max(100).optional(),
})

interface InternalRoutes<Env> {
  readonly keys: (env: Env) => KeyFinder
  /** For a Worker that hears events: where its dead letters are. */
  readonly deadLetters?: { subscriber: Subscriber; database: (env: Env) => Database }
  /** For a Worker that says events: how to send again what it said since (epoch ms) to a subscriber. */
  readonly republish?: (env: Env, since: number, subscriber: Subscriber | null) => Promise<number>
}

/**
 * What the gateway's `/v1/ops/*` asks of each Worker. It routes nobody else to `/internal/*`, and each
 * Worker checks the operator's token itself.
 */
export function addInternalRoutes<Env extends object, Deps>(
  app: OpenAPIHono<AppEnv<Env, Deps>>,
  { keys, deadLetters, republish }: InternalRoutes<Env>,
): void {
  app.use('/internal/*', authorize<Env, Deps>('admin', keys))
  if (deadLetters !== undefined) {
    const { subscriber, database } = deadLetters
    app.get('/internal/dead-letters', async (c) => {
      const query = DeadLetterQuery.parse(c.req.query())
      return c.json(await listDeadLetters(database(c.env), query))
    })
    app.post('/internal/dead-letters/replay', async (c) => {
      const { type } = ReplayRequest.parse(await c.req.json())
      const queue = queueTo(c.env, subscriber)
      return c.json(await replayDeadLetters(database(c.env), queue, type), 202)
    })
    app.post('/internal/dead-letters/:id/replay', async (c) => {
      const queue = queueTo(c.env, subscriber)
      return c.json(await replayDeadLetter(database(c.env), queue, c.req.param('id')))
    })
  }
  if (republish !== undefined) {
    app.post('/internal/republish', async (c) => {
      const { since, subscriber = null } = RepublishRequest.parse(await c.req.json())
      return c.json({ republished: await republish(c.env, Date.parse(since), subscriber) }, 202)
    })
  }
}
