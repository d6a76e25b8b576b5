import { SUBSCRIPTIONS, type KioskEvent, type Subscriber } from '@kiosk/contracts/events'
import { idFloor } from '@kiosk/kit/ids'
import { describeError, log } from '@kiosk/kit/log'
import type { Late, OutboxDeps, OutboxMessage } from '@kiosk/kit/outbox'
import { queueTo } from '@kiosk/kit/outbox-relay'

const PRUNED_ROWS_MAX = 1_000

/** The events of one SKU that happen once: written in the transaction of the change, sent by the object's alarm. */
export class SkuOutbox {
  readonly #sql: SqlStorage

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql
  }

  /** Adds an event, due now, for each subscriber. */
  add(event: KioskEvent, now: number): void {
    const subscribers: readonly Subscriber[] = SUBSCRIPTIONS[event.type]
    for (const destination of subscribers) {
      this.#sql.exec(
        'INSERT INTO outbox (event_id, destination, event, due_at) VALUES (?, ?, ?, ?)',
        event.id,
        destination,
        JSON.stringify(event),
        now,
      )
    }
  }

  /**
   * Makes events due again that were published since a time (epoch ms), for one subscriber or for all.
   * Returns how many rows that is.
   */
  republish(since: number, destination: string | null, now: number): number {
    return this.#sql
      .exec(
        `UPDATE outbox SET published_at = NULL, due_at = ?, attempts = 0
       WHERE event_id >= ? AND published_at IS NOT NULL AND destination = coalesce(?, destination)
       RETURNING event_id`,
        now,
        idFloor('event', since),
        destination,
      )
      .toArray().length
  }

  /** Forgets events that were published before a time (epoch ms). */
  prune(before: number): void {
    this.#sql.exec(
      `DELETE FROM outbox WHERE (event_id, destination) IN (
         SELECT event_id, destination FROM outbox
         WHERE event_id < ? AND published_at IS NOT NULL LIMIT ?)`,
      idFloor('event', before),
      PRUNED_ROWS_MAX,
    )
  }

  /** What `drainOutbox` works with; `env` has the queues. */
  deps(env: object): OutboxDeps<StoredMessage> {
    return {
      page: async (limit, now) => {
        const messages = this.#due(limit, now)
        return {
          messages,
          isFull: messages.length === limit,
          // The object's alarm knows.
          nextDue: null,
          settle: async (sent, failed) => this.#settle(sent, failed),
        }
      },
      send: async (destination, messages) => {
        const batch = messages.map(({ event }) => ({ body: JSON.parse(event) as unknown }))
        await queueTo(env, destination).sendBatch(batch)
      },
      onError: (destination, error) =>
        log('error', 'publish failed', { destination, error: describeError(error) }),
    }
  }

  #due(limit: number, now: number): StoredMessage[] {
    return this.#sql
      .exec<OutboxRow>(
        `SELECT event_id, destination, event, attempts FROM outbox
         WHERE published_at IS NULL AND due_at <= ? ORDER BY due_at, event_id LIMIT ?`,
        now,
        limit,
      )
      .toArray()
      .map(({ event_id: eventId, ...message }) => ({ eventId, ...message }))
  }

  #settle(sent: readonly StoredMessage[], failed: readonly Late<StoredMessage>[]): void {
    const now = Date.now()
    for (const message of sent) this.#update('published_at = ?', now, message)
    for (const { message, dueAt } of failed) {
      this.#update('due_at = ?, attempts = attempts + 1', dueAt, message)
    }
  }

  #update(assignment: string, value: number, { eventId, destination }: StoredMessage): void {
    this.#sql.exec(
      `UPDATE outbox SET ${assignment} WHERE event_id = ? AND destination = ?`,
      value,
      eventId,
      destination,
    )
  }
}

interface StoredMessage extends OutboxMessage {
  readonly eventId: string
}

interface OutboxRow extends Record<string, SqlStorageValue> {
  event_id: string
  destination: string
  event: string
  attempts: number
}
