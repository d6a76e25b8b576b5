import { SUBSCRIBERS } from '@kiosk/contracts/events'
import { and, asc, eq, gte, isNotNull, isNull, lte, min, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AlarmLoop } from './alarm-loop.ts'
import { durationMs, readConfig } from './config.ts'
import { openDatabase } from './database.ts'
import { idFloor } from './ids.ts'
import { describeError, log } from './log.ts'
import { drainOutbox, type OutboxMessage } from './outbox.ts'
import { pruneClaims, pruneOutbox } from './retention.ts'
import { outbox } from './tables.ts'

/** The bindings of a Worker with an outbox: its database and a queue per subscriber it says events to. */
export interface RelayEnv {
  readonly DB: D1Database
}

const DAY_MS = 24 * 60 * 60 * 1000

/** How the relay works; each is a variable of the Worker. */
const RelayConfig = z.object({
  SERVICE: z.string(),
  RELAY_HEARTBEAT_MS: durationMs(30_000),
  RELAY_BACKSTOP_MS: durationMs(2_000),
  RELAY_RETRY_MS: durationMs(1_000),
  /** How long what was published can be sent again. */
  OUTBOX_RETENTION_MS: durationMs(7 * DAY_MS),
  /** How long an idempotency key is remembered. */
  CLAIM_RETENTION_MS: durationMs(2 * DAY_MS),
})

const CLEAN_EVERY_MS = 60 * 60 * 1000

/** Publishes the outbox of one Worker: one object per Worker, named `relay`. */
export class OutboxRelay extends AlarmLoop<RelayEnv> {
  readonly #config = readConfig(this.env, RelayConfig)
  readonly #db = openDatabase(this.env.DB)
  #cleanedAt = 0

  protected override readonly service = this.#config.SERVICE

  protected override heartbeatMs(): number {
    return this.#config.RELAY_HEARTBEAT_MS
  }

  protected override backstopMs(): number {
    return this.#config.RELAY_BACKSTOP_MS
  }

  protected override async work(): Promise<number | null> {
    await drainOutbox(this.#outboxDeps(), this.#config.RELAY_RETRY_MS)
    if (Date.now() - this.#cleanedAt > CLEAN_EVERY_MS) await this.#clean()
    const [next] = await this.#db
      .select({ dueAt: min(outbox.dueAt) })
      .from(outbox)
      .where(isNull(outbox.publishedAt))
    return next?.dueAt ?? null
  }

  /**
   * Has events sent again that were published since a time (epoch ms), to one subscriber or to all.
   * Returns how many rows that is. The subscribers' inboxes make it harmless.
   */
  async republish(since: number, destination: string | null): Promise<number> {
    const rows = await this.#db
      .update(outbox)
      .set({ publishedAt: null, dueAt: Date.now(), attempts: 0 })
      .where(
        and(
          gte(outbox.eventId, idFloor('event', since)),
          isNotNull(outbox.publishedAt),
          destination === null ? undefined : eq(outbox.destination, destination),
        ),
      )
      .returning({ eventId: outbox.eventId })
    await this.nudge()
    return rows.length
  }

  #outboxDeps() {
    const db = this.#db
    return {
      due: (limit: number, now: number) =>
        db
          .select()
          .from(outbox)
          .where(and(isNull(outbox.publishedAt), lte(outbox.dueAt, now)))
          .orderBy(asc(outbox.dueAt), asc(outbox.eventId))
          .limit(limit),
      send: async (destination: string, messages: readonly OutboxMessage[]) => {
        const batch = messages.map(({ event }) => ({ body: JSON.parse(event) as unknown }))
        await queueTo(this.env, destination).sendBatch(batch)
      },
      markPublished: async (messages: readonly OutboxMessage[], now: number) => {
        await db.update(outbox).set({ publishedAt: now }).where(rowsOf(messages))
      },
      postpone: async (messages: readonly OutboxMessage[], dueAt: number) => {
        await db
          .update(outbox)
          .set({ dueAt, attempts: sql`${outbox.attempts} + 1` })
          .where(rowsOf(messages))
      },
      onError: (destination: string, error: unknown) =>
        log('error', 'publish failed', { destination, error: describeError(error) }),
    }
  }

  async #clean(): Promise<void> {
    const now = Date.now()
    this.#cleanedAt = now
    const { OUTBOX_RETENTION_MS, CLAIM_RETENTION_MS } = this.#config
    await pruneOutbox(this.#db, now - OUTBOX_RETENTION_MS)
    await pruneClaims(this.#db, now - CLAIM_RETENTION_MS)
  }
}

/** The rows of some messages of one destination. Ids go in one parameter: a statement takes only 100. */
function rowsOf(messages: readonly OutboxMessage[]) {
  const ids = JSON.stringify(messages.map((message) => message.eventId))
  const destination = messages[0]?.destination ?? ''
  return and(
    sql`${outbox.eventId} in (select value from json_each(${ids}))`,
    eq(outbox.destination, destination),
  )
}

/** The queue of a subscriber, bound as `QUEUE_<SUBSCRIBER>`. */
export function queueTo(env: object, destination: string): Queue {
  const known = SUBSCRIBERS.some((subscriber) => subscriber === destination)
  const queue = known ? Reflect.get(env, `QUEUE_${destination.toUpperCase()}`) : undefined
  if (queue === undefined) throw new Error(`no queue is bound for ${destination}`)
  return queue as Queue
}
