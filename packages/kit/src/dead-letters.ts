import type { Subscriber } from '@kiosk/contracts/events'
import type { DeadLetterView, Replayed } from '@kiosk/contracts/http/ops'
import { toInstant } from '@kiosk/contracts/primitives/time'
import { and, asc, count, desc, eq, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm'
import { ulid } from 'ulid'
import { z } from 'zod'
import { currentContext } from './context.ts'
import type { Database, Statement } from './database.ts'
import { bySize } from './outbox.ts'
import { ProblemError } from './problem.ts'
import { deadLetters, deliveryFailures } from './tables.ts'

type Letter = typeof deadLetters.$inferSelect

/** A death or a replay, as it is kept. */
const Entry = z.object({
  what: z.enum(['died', 'replayed']),
  at: z.number(),
  attempts: z.number().optional(),
  error: z.unknown().optional(),
  by: z.string().optional(),
})
type Entry = z.infer<typeof Entry>

/** Of a letter that keeps dying, the first entry and the newest ones are kept. */
const HISTORY_MAX = 50

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

/** When nobody could note why: the Worker was stopped in the middle of every attempt, say. */
const UNNOTED = { name: 'Unknown', message: 'no failure of this message could be noted' }

/**
 * Stores a message that failed every retry. The same event dying again re-opens its letter, with its
 * history kept; storing the same death again changes nothing.
 */
export async function storeDeadLetter(
  db: Database,
  subscriber: Subscriber,
  letter: { eventId: string; type: string; event: string },
): Promise<void> {
  const [failure] = await db
    .select()
    .from(deliveryFailures)
    .where(eq(deliveryFailures.eventId, letter.eventId))
  const now = Date.now()
  const death = {
    error: failure?.error ?? JSON.stringify(UNNOTED),
    attempts: failure?.attempts ?? 0,
    lastFailedAt: failure?.lastAt ?? now,
    deadAt: now,
    replayedAt: null,
  }
  const error = JSON.parse(death.error) as unknown
  const entry: Entry = { what: 'died', at: now, attempts: death.attempts, error }
  await db.batch([
    db
      .insert(deadLetters)
      .values({
        id: `dlq_${subscriber}_${ulid()}`,
        ...letter,
        ...death,
        firstFailedAt: failure?.firstAt ?? now,
        history: JSON.stringify([entry]),
      })
      .onConflictDoUpdate({
        target: deadLetters.eventId,
        set: { ...death, history: historyWith(entry) },
        // An open letter and no failure since: it is the death that is stored already.
        setWhere: failure === undefined ? isNotNull(deadLetters.replayedAt) : sql`true`,
      }),
    db.delete(deliveryFailures).where(eq(deliveryFailures.eventId, letter.eventId)),
  ])
}

interface LetterQuery {
  readonly limit: number
  /** Only letters that are older than a position (an id). */
  readonly before?: string | undefined
  readonly type?: string | undefined
  /** Those that wait for an operator, or those that were sent again since. */
  readonly state?: 'open' | 'replayed'
}

/** Letters, newest first. */
export async function listDeadLetters(
  db: Database,
  { limit, before, type, state = 'open' }: LetterQuery,
): Promise<DeadLetterView[]> {
  const rows = await db
    .select()
    .from(deadLetters)
    .where(
      and(
        state === 'open' ? isNull(deadLetters.replayedAt) : isNotNull(deadLetters.replayedAt),
        type === undefined ? undefined : eq(deadLetters.type, type),
        before === undefined ? undefined : lt(deadLetters.id, before),
      ),
    )
    .orderBy(desc(deadLetters.id))
    .limit(limit)
  return rows.map(toView)
}

/** Sends a letter to the queue it came from. Replaying it twice is harmless: it takes effect once. */
export async function replayDeadLetter(
  db: Database,
  queue: Queue,
  id: string,
): Promise<DeadLetterView> {
  const [letter] = await db.select().from(deadLetters).where(eq(deadLetters.id, id))
  if (letter === undefined) throw new ProblemError('not_found', `There is no dead letter ${id}`)
  await send(db, queue, [letter])
  const [replayed = letter] = await db.select().from(deadLetters).where(eq(deadLetters.id, id))
  return toView(replayed)
}

const REPLAYED_MAX = 100

/** Sends the open letters of a type again, oldest first, and says how many are left. */
export async function replayDeadLetters(
  db: Database,
  queue: Queue,
  type: string,
): Promise<Replayed> {
  const isOpen = and(eq(deadLetters.type, type), isNull(deadLetters.replayedAt))
  const letters = await db
    .select()
    .from(deadLetters)
    .where(isOpen)
    .orderBy(asc(deadLetters.id))
    .limit(REPLAYED_MAX)
  await send(db, queue, letters)
  const [left] = await db.select({ remaining: count() }).from(deadLetters).where(isOpen)
  return { replayed: letters.length, remaining: left?.remaining ?? 0 }
}

/**
 * A letter is marked only after the queue took it: what fails in between leaves it open, to be replayed
 * again. One that has died again by then stays open.
 */
async function send(db: Database, queue: Queue, letters: readonly Letter[]): Promise<void> {
  // How often a letter was tried says nothing of whether a queue takes it.
  const messages = letters.map((letter) => ({ ...letter, attempts: 0 }))
  for (const batch of bySize(messages)) {
    const entry: Entry = { what: 'replayed', at: Date.now(), by: currentContext().actor }
    const deaths = JSON.stringify(Object.fromEntries(batch.map((row) => [row.id, row.deadAt])))
    await queue.sendBatch(batch.map(({ event }) => ({ body: JSON.parse(event) as unknown })))
    await db
      .update(deadLetters)
      .set({
        replays: sql`${deadLetters.replays} + 1`,
        history: historyWith(entry),
        replayedAt: sql`case when ${deadLetters.deadAt} = (
          select value from json_each(${deaths}) where key = ${deadLetters.id}
        ) then ${entry.at} else ${deadLetters.replayedAt} end`,
      })
      .where(sql`${deadLetters.id} in (select key from json_each(${deaths}))`)
  }
}

function historyWith(entry: Entry) {
  const { history } = deadLetters
  return sql`json_insert(
    case when json_array_length(${history}) < ${HISTORY_MAX} then ${history}
      else json_remove(${history}, '$[1]') end,
    '$[#]', json(${JSON.stringify(entry)}))`
}

/**
 * The statement that removes the letters about a person who is to be forgotten, but for the one that may
 * still be needed to forget them.
 */
export function forgetLettersOf(db: Database, userId: string): Statement {
  const about = (path: string) => sql`json_extract(${deadLetters.event}, ${path}) = ${userId}`
  return db
    .delete(deadLetters)
    .where(
      and(
        ne(deadLetters.type, 'user.deleted'),
        or(about('$.subject'), about('$.data.userId'), about('$.data.customerId')),
      ),
    )
}

function toView(row: Letter): DeadLetterView {
  const history = z.array(Entry).parse(JSON.parse(row.history))
  return {
    id: row.id,
    service: row.id.split('_')[1] ?? '',
    eventId: row.eventId,
    type: row.type,
    event: JSON.parse(row.event) as unknown,
    error: JSON.parse(row.error) as unknown,
    attempts: row.attempts,
    firstFailedAt: toInstant(row.firstFailedAt),
    lastFailedAt: toInstant(row.lastFailedAt),
    deadAt: toInstant(row.deadAt),
    replayedAt: row.replayedAt === null ? null : toInstant(row.replayedAt),
    replays: row.replays,
    // A letter can die before its replay is noted.
    history: history
      .toSorted((a, b) => a.at - b.at)
      .map((entry) => ({ ...entry, at: toInstant(entry.at) })),
  }
}
