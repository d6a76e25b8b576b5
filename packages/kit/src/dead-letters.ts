import type { Subscriber } from '@kiosk/contracts/events'
import type { DeadLetterView } from '@kiosk/contracts/http/ops'
import { toInstant } from '@kiosk/contracts/primitives/time'
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { ulid } from 'ulid'
import type { Database } from './database.ts'
import { ProblemError } from './problem.ts'
import { deadLetters, deliveryFailures } from './tables.ts'

/** Keeps the last error of an event that is being retried, so that its dead letter can tell it. */
export async function noteFailure(
  db: Database,
  eventId: string,
  attempts: number,
  error: unknown,
): Promise<void> {
  const now = Date.now()
  const failure = { attempts, error: JSON.stringify(error), lastAt: now }
  await db
    .insert(deliveryFailures)
    .values({ eventId, firstAt: now, ...failure })
    .onConflictDoUpdate({ target: deliveryFailures.eventId, set: failure })
}

/** Stores a message that failed every retry. The same event dying again re-opens its letter. */
export async function storeDeadLetter(
  db: Database,
  subscriber: Subscriber,
  letter: { eventId: string; type: string; event: string },
): Promise<void> {
  const [failure] = await db
    .select()
    .from(deliveryFailures)
    .where(eq(deliveryFailures.eventId, letter.eventId))
  const death = {
    error: failure?.error ?? '{}',
    attempts: failure?.attempts ?? 0,
    deadAt: Date.now(),
    replayedAt: null,
  }
  await db.batch([
    db
      .insert(deadLetters)
      .values({ id: `dlq_${subscriber}_${ulid()}`, ...letter, ...death })
      .onConflictDoUpdate({ target: deadLetters.eventId, set: death }),
    db.delete(deliveryFailures).where(eq(deliveryFailures.eventId, letter.eventId)),
  ])
}

/** Letters that wait for an operator, newest first, older than a position (an id) if one is given. */
export async function listDeadLetters(
  db: Database,
  limit: number,
  before: string | undefined,
): Promise<DeadLetterView[]> {
  const rows = await db
    .select()
    .from(deadLetters)
    .where(
      and(
        isNull(deadLetters.replayedAt),
        before === undefined ? undefined : lt(deadLetters.id, before),
      ),
    )
    .orderBy(desc(deadLetters.id))
    .limit(limit)
  return rows.map(toView)
}

/**
 * Sends a letter to the queue it came from. It is marked only after the queue took it; replaying it twice
 * is harmless, because handlers take effect once per event.
 */
export async function replayDeadLetter(
  db: Database,
  queue: Queue,
  id: string,
): Promise<DeadLetterView> {
  const [letter] = await db.select().from(deadLetters).where(eq(deadLetters.id, id))
  if (letter === undefined) throw new ProblemError('not_found', `There is no dead letter ${id}`)
  await queue.send(JSON.parse(letter.event))
  const replayed = { replayedAt: Date.now(), replays: sql`${deadLetters.replays} + 1` }
  await db.update(deadLetters).set(replayed).where(eq(deadLetters.id, id))
  return toView({ ...letter, replayedAt: replayed.replayedAt, replays: letter.replays + 1 })
}

function toView(row: typeof deadLetters.$inferSelect): DeadLetterView {
  return {
    id: row.id,
    service: row.id.split('_')[1] ?? '',
    eventId: row.eventId,
    type: row.type,
    event: JSON.parse(row.event) as unknown,
    error: JSON.parse(row.error) as unknown,
    attempts: row.attempts,
    deadAt: toInstant(row.deadAt),
    replayedAt: row.replayedAt === null ? null : toInstant(row.replayedAt),
    replays: row.replays,
  }
}
