import { SUBSCRIPTIONS, type KioskEvent, type Subscriber } from '@kiosk/contracts/events'
import type { AskedEvent, EventFacts, Undelivered } from '@kiosk/contracts/rpc/audit'
import {
  and,
  asc,
  count,
  eq,
  gt,
  gte,
  isNotNull,
  isNull,
  lte,
  max,
  min,
  or,
  sql,
} from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { z } from 'zod'
import { auditClaim, auditLetter, auditUnsent } from './audit-rules.ts'
import { cutStep, section, type AuditSection, type AuditStep } from './audit.ts'
import type { Database } from './database.ts'
import { sentBy, sentUpto, seqAt, timeOf, toldToEach } from './outbox-log.ts'
import { deadLetters, idempotencyClaims, outbox, outboxLate } from './tables.ts'

/** The events that a Worker says: those that wait to be sent, and those whose subscribers are asked. */
export function outboxSections(db: Database): AuditSection[] {
  const unsent = section('unsent', z.tuple([]), async ({ since, cutoff }) => {
    const waiting = sql`${outbox.seq} between ${seqAt(since)} and ${seqAt(cutoff)}`
    const [fresh, late] = await db.batch([
      db
        .select({
          destination: sql<string>`hearer.value`,
          waiting: count(),
          // With one minimum, SQLite takes the other columns of its row.
          eventId: sql<string>`${outbox.event} ->> '$.id'`,
          seq: min(outbox.seq).mapWith(Number),
        })
        .from(toldToEach)
        .where(and(gt(outbox.seq, sentUpto), waiting))
        .groupBy(sql`hearer.value`),
      db
        .select({
          destination: outboxLate.destination,
          waiting: count(),
          eventId: sql<string>`min(${outbox.event} ->> '$.id')`,
          dueAt: min(outboxLate.dueAt).mapWith(Number),
          attempts: max(outboxLate.attempts).mapWith(Number),
        })
        .from(outboxLate)
        .innerJoin(outbox, eq(outbox.seq, outboxLate.seq))
        // One that was sent before and is being sent again is old, but due only now.
        .where(and(waiting, or(lte(outboxLate.dueAt, cutoff), gt(outboxLate.attempts, 0))))
        .groupBy(outboxLate.destination),
    ])
    const untried = fresh.map(({ seq, ...row }) => ({ ...row, dueAt: timeOf(seq), attempts: 0 }))
    return { findings: [...untried, ...late].map(auditUnsent), next: null }
  })
  const published = section('published', z.tuple([z.number()]), async (step) => {
    const { since, cutoff, after, limit } = step
    const found = await db
      .select()
      .from(outbox)
      .where(
        and(
          gt(outbox.seq, after?.[0] ?? seqAt(since) - 1),
          lte(outbox.seq, sentBy(cutoff)),
          sql`${outbox.seq} not in (select ${outboxLate.seq} from ${outboxLate})`,
        ),
      )
      .orderBy(asc(outbox.seq))
      .limit(limit + 1)
    const { rows, next } = cutStep(found, limit, ({ seq }): [number] => [seq])
    const events = rows.flatMap(factsOf)
    return { events, checked: { events: events.length }, next }
  })
  return [unsent, published]
}

/** What an audit asks the hearers of an event. */
function factsOf({ seq, event }: typeof outbox.$inferSelect): EventFacts[] {
  const { id: eventId, type, data } = JSON.parse(event) as KioskEvent
  const subscribers: readonly Subscriber[] = SUBSCRIPTIONS[type]
  const about = { orderId: idIn(data, 'orderId'), userId: idIn(data, 'customerId', 'userId') }
  return subscribers.map((destination) => {
    return { eventId, type, destination, saidAt: timeOf(seq), ...about }
  })
}

function idIn(data: object, ...names: readonly string[]): string | null {
  const found = Object.entries(data).find(([name]) => names.includes(name))?.[1] as unknown
  return typeof found === 'string' ? found : null
}

/**
 * Since when the outbox remembers every change, if that reaches back to a time (epoch ms); if not, 0: whoever
 * wants to see what has changed since then has to look at everything.
 */
export async function changesKnownSince(db: Database, since: number): Promise<number> {
  const [oldest] = await db.select({ seq: min(outbox.seq) }).from(outbox)
  return (oldest?.seq ?? Infinity) <= seqAt(since) ? since : 0
}

/** What the events of a time are about, in their order: a page of subjects. */
export async function subjectsSaidSince(
  db: Database,
  { since, cutoff, after, limit }: AuditStep<[number]>,
): Promise<{ subjects: string[]; next: [number] | null }> {
  const found = await db
    .select({ seq: outbox.seq, subject: sql<string>`${outbox.event} ->> '$.subject'` })
    .from(outbox)
    .where(and(gt(outbox.seq, after?.[0] ?? seqAt(since) - 1), lte(outbox.seq, seqAt(cutoff))))
    .orderBy(asc(outbox.seq))
    .limit(limit + 1)
  const { rows, next } = cutStep(found, limit, ({ seq }): [number] => [seq])
  return { subjects: [...new Set(rows.map(({ subject }) => subject))], next }
}

/** The dead letters of a Worker that hears events. */
export function lettersSection(db: Database): AuditSection {
  return section('letters', z.tuple([z.string()]), async ({ since, cutoff, after, limit }) => {
    const found = await db
      .select({
        letterId: deadLetters.id,
        eventId: deadLetters.eventId,
        type: deadLetters.type,
        attempts: deadLetters.attempts,
        deadAt: deadLetters.deadAt,
      })
      .from(deadLetters)
      .where(
        and(
          isNull(deadLetters.replayedAt),
          gte(deadLetters.deadAt, since),
          lte(deadLetters.deadAt, cutoff),
          after === null ? undefined : gt(deadLetters.id, after[0]),
        ),
      )
      .orderBy(asc(deadLetters.id))
      .limit(limit + 1)
    const { rows, next } = cutStep(found, limit, (row): [string] => [row.letterId])
    return { findings: rows.map(auditLetter), checked: { deadLetters: rows.length }, next }
  })
}

/** The answered idempotency keys of a Worker; each stands for a row of one of these tables. */
export function claimsSection(db: Database, tables: readonly string[]): AuditSection {
  const claims = idempotencyClaims
  const Place = z.tuple([z.string(), z.string(), z.string()])
  const found = sql.join(
    tables.map((table) => {
      const name = sql.identifier(table)
      return sql`exists (select 1 from ${name} where ${name}.id = ${claims.resourceId})`
    }),
    sql` or `,
  )
  return section('claims', Place, async ({ since, cutoff, after, limit }) => {
    const [route, customerId, key] = after ?? ['', '', '']
    const place = sql`(${claims.route}, ${claims.customerId}, ${claims.key})`
    const answered = await db
      .select({
        route: claims.route,
        customerId: claims.customerId,
        key: claims.key,
        resourceId: claims.resourceId,
        answeredId: sql<string | null>`json_extract(${claims.answer}, '$.id')`,
        found: sql`(${found})`.mapWith(Boolean),
      })
      .from(claims)
      .where(
        and(
          // By key, not by age: two days of keys are all there are.
          sql`${place} > (${route}, ${customerId}, ${key})`,
          gte(claims.createdAt, since),
          lte(claims.createdAt, cutoff),
          isNotNull(claims.answer),
        ),
      )
      .orderBy(asc(claims.route), asc(claims.customerId), asc(claims.key))
      .limit(limit + 1)
    const { rows, next } = cutStep(answered, limit, (row): z.infer<typeof Place> => [
      row.route,
      row.customerId,
      row.key,
    ])
    return { findings: rows.flatMap(auditClaim), checked: { claims: rows.length }, next }
  })
}

interface UndeliveredRow {
  readonly eventId: string
  readonly attempts: number | null
  readonly firstAt: number
  readonly lastAt: number
  readonly letterId: string | null
  readonly replayedAt: number | null
}

/**
 * Which of some events have not taken effect here, and what is known of them. `isTaken` is a condition on
 * `asked.value`, an event as JSON: effects that say themselves which event they are of.
 */
export async function findUndelivered(
  db: Database,
  events: readonly AskedEvent[],
  isTaken: SQL = sql`false`,
): Promise<Undelivered[]> {
  if (events.length === 0) return []
  const rows = await db.all<UndeliveredRow>(sql`
    select
      asked.value ->> 'eventId' as eventId,
      delivery_failures.attempts as attempts,
      delivery_failures.first_at as firstAt,
      delivery_failures.last_at as lastAt,
      dead_letters.id as letterId,
      dead_letters.replayed_at as replayedAt
    from json_each(${JSON.stringify(events)}) as asked
      left join inbox on inbox.event_id = asked.value ->> 'eventId'
      left join delivery_failures on delivery_failures.event_id = asked.value ->> 'eventId'
      left join dead_letters on dead_letters.event_id = asked.value ->> 'eventId'
    where inbox.event_id is null and not ${isTaken}`)
  return rows.map(({ eventId, attempts, firstAt, lastAt, letterId, replayedAt }) => ({
    eventId,
    failure: attempts === null ? null : { attempts, firstAt, lastAt },
    letter: letterId === null ? null : { replayedAt },
  }))
}
