import { SUBSCRIBERS } from '@kiosk/contracts/events'
import { z } from 'zod'
import { AlarmLoop } from './alarm-loop.ts'
import { durationMs, readConfig } from './config.ts'
import { openDatabase } from './database.ts'
import { describeError, log } from './log.ts'
import { nextPage, pruneOutbox, resend } from './outbox-log.ts'
import { drainOutbox, type OutboxMessage } from './outbox.ts'
import { pruneClaims } from './retention.ts'

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
    const next = await drainOutbox(this.#outbox, this.#config.RELAY_RETRY_MS)
    if (Date.now() - this.#cleanedAt > CLEAN_EVERY_MS) await this.#clean()
    return next
  }

  /**
   * Has events sent again that were sent since a time (epoch ms), to one subscriber or to all. Returns how
   * many messages that is. The subscribers know which events took effect, which makes it harmless.
   */
  async republish(since: number, destination: string | null): Promise<number> {
    const messages = await resend(this.#db, since, destination)
    await this.nudge()
    return messages
  }

  readonly #outbox = {
    page: (limit: number, now: number) => nextPage(this.#db, limit, now),
    send: async (destination: string, messages: readonly OutboxMessage[]) => {
      const batch = messages.map(({ event }) => ({ body: JSON.parse(event) as unknown }))
      await queueTo(this.env, destination).sendBatch(batch)
    },
    onError: (destination: string, error: unknown) =>
      log('error', 'publish failed', { destination, error: describeError(error) }),
  }

  async #clean(): Promise<void> {
    const now = Date.now()
    this.#cleanedAt = now
    const { OUTBOX_RETENTION_MS, CLAIM_RETENTION_MS } = this.#config
    await pruneOutbox(this.#db, now - OUTBOX_RETENTION_MS)
    await pruneClaims(this.#db, now - CLAIM_RETENTION_MS)
  }
}

/** The queue of a subscriber, bound as `QUEUE_<SUBSCRIBER>`. */
export function queueTo(env: object, destination: string): Queue {
  const known = SUBSCRIBERS.some((subscriber) => subscriber === destination)
  const queue = known ? Reflect.get(env, `QUEUE_${destination.toUpperCase()}`) : undefined
  if (queue === undefined) throw new Error(`no queue is bound for ${destination}`)
  return queue as Queue
}
