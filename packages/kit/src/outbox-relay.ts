import { SUBSCRIBERS } from '@kiosk/contracts/events'
import { and, asc, eq, gte, inArray, isNotNull, isNull, lt, lte, min, sql } from 'drizzle-orm'
import { encodeTime } from 'ulid'
import { z } from 'zod'
import { AlarmLoop } from './alarm-loop.ts'
import { durationMs, readConfig } from './config.ts'
import { openDatabase } from './database.ts'
import { describeError, log } from './log.ts'
import { drainOutbox, type OutboxMessage } from './outbox.ts'
import { outbox } from './tables.ts'

/** The bindings of a Worker with an outbox: its database and a queue per subscriber it says events to. */
export interface RelayEnv {
  readonly DB: D1Database
}

/** How the relay works; each is a variable of the Worker. */
const RelayConfig = z.object({
  SERVICE: z.string(),
  RELAY_HEARTBEAT_MS: durationMs(30_000),
  RELAY_BACKSTOP_MS: durationMs(2_000),
  RELAY_RETRY_MS: durationMs(1_000),
  OUTBOX_RETENTION_MS: durationMs(7 * 24 * 60 * 60 * 1000),
})

const CLEAN_EVERY_MS = 60 * 60 * 1000
const CLEAN_ROWS_MAX = 1_000

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
      .set({ publishedAt: null, dueAt: Date.now() })
      .where(
        and(
          gte(outbox.eventId, eventIdFloor(since)),
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
    this.#cleanedAt = Date.now()
    const floor = eventIdFloor(Date.now() - this.#config.OUTBOX_RETENTION_MS)
    const old = this.#db
      .select({ eventId: outbox.eventId })
      .from(outbox)
      .where(and(lt(outbox.eventId, floor), isNotNull(outbox.publishedAt)))
      .limit(CLEAN_ROWS_MAX)
    await this.#db
      .delete(outbox)
      .where(and(inArray(outbox.eventId, old), isNotNull(outbox.publishedAt)))
  }
}

/** Event ids start with their time, so "since" and "older than" need no index of their own. */
export function eventIdFloor(epochMs: number): string {
  return `evt_${encodeTime(Math.max(0, epochMs), 10)}${'0'.repeat(16)}`
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
