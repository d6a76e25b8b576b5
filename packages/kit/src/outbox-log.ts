import { SUBSCRIPTIONS, type EventType, type KioskEvent } from '@kiosk/contracts/events'
import { asc, eq, gt, lte, min, sql, type SQL } from 'drizzle-orm'
import type { Database, Statement } from './database.ts'
import type { Late, OutboxMessage, OutboxPage } from './outbox.ts'
import { outbox, outboxLate, outboxSent } from './tables.ts'

const MINUTE_MS = 60_000
const ROWS_PRUNED_MAX = 1_000

/** The events of a time have numbers from here on: up to 1,024 a millisecond, and then those of the next. */
export function seqAt(epochMs: number): number {
  return epochMs * 1_024
}

/** When the event of a number was committed, epoch ms. */
export function timeOf(seq: number): number {
  return Math.floor(seq / 1_024)
}

/**
 * The statement that adds an event to a batch. Batches are written one after the other, so whoever reads the
 * numbers in order misses none; they rise whatever the clocks of Workers say.
 */
export function append(db: Database, event: KioskEvent): Statement {
  const next = sql<number>`max(
    ${seqAt(Date.now())}, coalesce((select max(${outbox.seq}) from ${outbox}), 0) + 1
  )`
  return db.insert(outbox).values({ seq: next, event: JSON.stringify(event) })
}

/** How far the relay has come. */
export const sentUpto = sql<number>`coalesce((
  select ${outboxSent.upto} from ${outboxSent}
  where ${outboxSent.minute} = (select max(${outboxSent.minute}) from ${outboxSent})
), 0)`

/** How far it had come by a time (epoch ms). */
export function sentBy(time: number): SQL<number> {
  const marks = sql`select max(${outboxSent.upto}) from ${outboxSent}`
  const minute = Math.floor(time / MINUTE_MS)
  // The mark of that minute may be of later in it; then the one before counts.
  return sql`coalesce(
    (${marks} where ${outboxSent.minute} = ${minute} and ${outboxSent.at} <= ${time}),
    (${marks} where ${outboxSent.minute} = (
      select max(${outboxSent.minute}) from ${outboxSent} where ${outboxSent.minute} < ${minute}
    )),
    0
  )`
}

/** Who hears what, for SQL: the rows of `outbox` with a `hearer.value` for each destination. */
export const toldToEach = sql`${outbox}, json_each(
  ${JSON.stringify(SUBSCRIPTIONS)}, '$."' || (${outbox.event} ->> '$.type') || '"'
) as hearer`

interface LoggedMessage extends OutboxMessage {
  readonly seq: number
  readonly wasLate: boolean
}

/** What is to be sent next: a page of what nobody has tried to send yet, and of what is late and due. */
export async function nextPage(
  db: Database,
  limit: number,
  now: number,
): Promise<OutboxPage<LoggedMessage>> {
  const [fresh, late, [rest]] = await db.batch([
    db.select().from(outbox).where(gt(outbox.seq, sentUpto)).orderBy(asc(outbox.seq)).limit(limit),
    db
      .select({
        seq: outbox.seq,
        event: outbox.event,
        destination: outboxLate.destination,
        attempts: outboxLate.attempts,
      })
      .from(outboxLate)
      .innerJoin(outbox, eq(outbox.seq, outboxLate.seq))
      .where(lte(outboxLate.dueAt, now))
      .orderBy(asc(outboxLate.dueAt))
      .limit(limit),
    db
      .select({ dueAt: min(outboxLate.dueAt) })
      .from(outboxLate)
      .where(gt(outboxLate.dueAt, now)),
  ])
  const upto = fresh.at(-1)?.seq ?? null
  return {
    messages: [
      ...fresh.flatMap(({ seq, event }) =>
        hearersOf(event).map((destination) => ({ ...fromLog, seq, event, destination })),
      ),
      ...late.map((message) => ({ ...message, wasLate: true })),
    ],
    isFull: fresh.length === limit || late.length === limit,
    nextDue: rest?.dueAt ?? null,
    settle: (sent, failed) => settle(db, upto, sent, failed),
  }
}

const fromLog = { attempts: 0, wasLate: false }

function hearersOf(event: string): readonly string[] {
  const { type } = JSON.parse(event) as { type: string }
  return Object.hasOwn(SUBSCRIPTIONS, type) ? SUBSCRIPTIONS[type as EventType] : []
}

/** Notes what became of a page, all of it or nothing. `upto` is its last event that was new. */
async function settle(
  db: Database,
  upto: number | null,
  sent: readonly LoggedMessage[],
  failed: readonly Late<LoggedMessage>[],
): Promise<void> {
  const [first, ...rest] = [
    ...postpone(db, failed),
    ...remove(db, sent),
    ...(upto === null ? [] : [mark(db, upto, Date.now())]),
  ]
  if (first !== undefined) await db.batch([first, ...rest])
}

function postpone(db: Database, failed: readonly Late<LoggedMessage>[]): Statement[] {
  if (failed.length === 0) return []
  const rows = failed.map(({ message: { seq, destination, attempts }, dueAt }) => {
    return { seq, destination, attempts: attempts + 1, dueAt }
  })
  return [
    db
      .insert(outboxLate)
      .select(
        sql`select value ->> 'seq', value ->> 'destination', value ->> 'attempts', value ->> 'dueAt'
          from json_each(${JSON.stringify(rows)}) where true`,
      )
      .onConflictDoUpdate({
        target: [outboxLate.seq, outboxLate.destination],
        set: { attempts: sql`excluded.attempts`, dueAt: sql`excluded.due_at` },
      }),
  ]
}

function remove(db: Database, sent: readonly LoggedMessage[]): Statement[] {
  const late = sent.filter(({ wasLate }) => wasLate)
  if (late.length === 0) return []
  const rows = JSON.stringify(late.map(({ seq, destination }) => ({ seq, destination })))
  return [
    db.delete(outboxLate).where(
      sql`(${outboxLate.seq}, ${outboxLate.destination}) in (
        select value ->> 'seq', value ->> 'destination' from json_each(${rows})
      )`,
    ),
  ]
}

/** One row a minute, however much is sent. Never before the last one, whatever the clock says. */
function mark(db: Database, upto: number, now: number): Statement {
  const minute = sql<number>`max(
    ${Math.floor(now / MINUTE_MS)}, coalesce((select max(${outboxSent.minute}) from ${outboxSent}), 0)
  )`
  return db
    .insert(outboxSent)
    .values({ minute, upto, at: now })
    .onConflictDoUpdate({
      target: outboxSent.minute,
      set: { upto: sql`excluded.upto`, at: sql`excluded.at` },
      setWhere: sql`excluded.upto > ${outboxSent.upto}`,
    })
}

/**
 * Has events sent again that were sent since a time (epoch ms), to one subscriber or to all: those of the whole
 * minute. Returns how many messages that is.
 */
export async function resend(
  db: Database,
  since: number,
  destination: string | null,
): Promise<number> {
  const before = sql`coalesce((
    select ${outboxSent.upto} from ${outboxSent} where ${outboxSent.minute} = (
      select max(${outboxSent.minute}) from ${outboxSent}
      where ${outboxSent.minute} < ${Math.floor(since / MINUTE_MS)}
    )
  ), 0)`
  const { meta } = await db
    .insert(outboxLate)
    .select(
      sql`select ${outbox.seq}, hearer.value, 0, ${Date.now()} from ${toldToEach}
        where ${outbox.seq} > ${before} and ${outbox.seq} <= ${sentUpto}
          and hearer.value = coalesce(${destination}, hearer.value)`,
    )
    .onConflictDoUpdate({
      target: [outboxLate.seq, outboxLate.destination],
      set: { attempts: 0, dueAt: sql`excluded.due_at` },
    })
  return meta.changes
}

/**
 * Forgets events of before a time (epoch ms). What is unsent stays, however old, and so does the newest one:
 * the numbers go on from it.
 */
export async function pruneOutbox(db: Database, before: number): Promise<void> {
  const old = sql`(
    select ${outbox.seq} from ${outbox}
    where ${outbox.seq} < ${seqAt(before)} and ${outbox.seq} <= ${sentUpto}
      and ${outbox.seq} < (select max(${outbox.seq}) from ${outbox})
      and ${outbox.seq} not in (select ${outboxLate.seq} from ${outboxLate})
    limit ${ROWS_PRUNED_MAX}
  )`
  const minute = Math.floor(before / MINUTE_MS)
  await db.batch([
    db.delete(outbox).where(sql`${outbox.seq} in ${old}`),
    db
      .delete(outboxSent)
      .where(
        sql`${outboxSent.minute} < min(${minute}, (select max(${outboxSent.minute}) from ${outboxSent}))`,
      ),
  ])
}
