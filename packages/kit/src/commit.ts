import { SUBSCRIPTIONS, type KioskEvent } from '@kiosk/contracts/events'
import { waitUntil } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { awakeOnce } from './alarm-loop.ts'
import type { Database, Statement } from './database.ts'
import { append } from './outbox-log.ts'
import type { OutboxRelay } from './outbox-relay.ts'
import { inbox } from './tables.ts'

export type { Database, Statement } from './database.ts'

/**
 * How a batch ended: `committed`; `stale`, a guard found that the row had changed since it was read;
 * or `duplicate`, the event of the batch had taken effect before. The last two wrote nothing.
 */
export type CommitOutcome = 'committed' | 'stale' | 'duplicate'

/** Writes a change and the events that tell of it in one batch, then has them sent. */
export type Commit = (
  statements: readonly Statement[],
  events?: readonly KioskEvent[],
) => Promise<CommitOutcome>

/** Makes the `commit` of a Worker that says events. */
export function createCommit(db: Database, relays: DurableObjectNamespace<OutboxRelay>): Commit {
  const relay = () => relays.getByName('relay')
  const awake = awakeOnce(relay)
  return async (statements, events = []) => {
    const told = events.filter(isHeard)
    if (told.length === 0) return runBatch(db, statements)
    // Whatever cuts this off from its nudge, the rows are found with the next beat.
    await awake()
    const outcome = await runBatch(db, [...statements, ...told.map((event) => append(db, event))])
    if (outcome === 'committed') waitUntil(relay().nudge())
    return outcome
  }
}

/** Makes the `commit` of a Worker that says no events. */
export function createSilentCommit(db: Database): Commit {
  return (statements) => runBatch(db, statements)
}

function isHeard({ type }: KioskEvent): boolean {
  return SUBSCRIPTIONS[type].length > 0
}

async function runBatch(db: Database, statements: readonly Statement[]): Promise<CommitOutcome> {
  const [first, ...rest] = statements
  if (first === undefined) return 'committed'
  try {
    await db.batch([first, ...rest])
    return 'committed'
  } catch (error) {
    if (isUniqueViolation(error, 'inbox.event_id')) return 'duplicate'
    if (messageOf(error).includes('malformed JSON')) return 'stale'
    throw error
  }
}

/**
 * Goes right after a compare-and-set and aborts the batch if that changed no row: `json('stale')` is an
 * error in SQLite, and an error rolls a D1 batch back.
 */
export function guard(db: Database): Statement {
  return db.run(sql`select case when changes() = 1 then 1 else json('stale') end`)
}

/** The statement that makes a batch take effect once per event. */
export function received(db: Database, event: { id: string }): Statement {
  return db.insert(inbox).values({ eventId: event.id, receivedAt: Date.now() })
}

/** Whether an error says that a unique key, such as `orders.id`, was already there. */
export function isUniqueViolation(error: unknown, column: string): boolean {
  const message = messageOf(error)
  return message.includes('UNIQUE constraint failed') && message.includes(column)
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return `${error.message} ${messageOf(error.cause)}`
}
