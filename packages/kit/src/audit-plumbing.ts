import type { Subscriber } from '@kiosk/contracts/events'
import type { Undelivered } from '@kiosk/contracts/rpc/audit'
import { and, asc, count, gt, gte, isNotNull, isNull, lte, max, min, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import { auditClaim, auditLetter, auditUnsent } from './audit-rules.ts'
import { cutStep, section, type AuditSection } from './audit.ts'
import type { Database } from './database.ts'
import { idFloor } from './ids.ts'
import { deadLetters, idempotencyClaims, outbox } from './tables.ts'

/** The events that a Worker says: those that wait to be sent, and those whose subscribers are asked. */
export function outboxSections(db: Database): AuditSection[] {
  const unsent = section('unsent', z.tuple([]), async ({ since, cutoff }) => {
    const rows = await db
      .select({
        destination: outbox.destination,
        waiting: count(),
        eventId: min(outbox.eventId).mapWith(String),
        dueAt: min(outbox.dueAt).mapWith(Number),
        attempts: max(outbox.attempts).mapWith(Number),
      })
      .from(outbox)
      .where(
        and(
          isNull(outbox.publishedAt),
          // The plus signs keep SQLite to the index of what is unsent: it would read everything else.
          gte(sql`+${outbox.eventId}`, idFloor('event', since)),
          lte(sql`+${outbox.eventId}`, idFloor('event', cutoff)),
          // One that was sent before and is being sent again is old, but due only now.
          or(lte(outbox.dueAt, cutoff), gt(outbox.attempts, 0)),
        ),
      )
      .groupBy(outbox.destination)
    return { findings: rows.map(auditUnsent), next: null }
  })
  const Place = z.tuple([z.string(), z.string()])
  const published = section('published', Place, async ({ since, cutoff, after, limit }) => {
    const isAfter =
      after && sql`(${outbox.eventId}, ${outbox.destination}) > (${after[0]}, ${after[1]})`
    const found = await db
      .select({
        eventId: outbox.eventId,
        destination: sql<Subscriber>`${outbox.destination}`,
        type: sql<string>`json_extract(${outbox.event}, '$.type')`,
        publishedAt: sql<number>`${outbox.publishedAt}`,
      })
      .from(outbox)
      .where(
        and(
          // A bound of the column itself: SQLite does not seek by a row value.
          gte(outbox.eventId, after?.[0] ?? idFloor('event', since)),
          isAfter ?? undefined,
          lte(outbox.publishedAt, cutoff),
        ),
      )
      .orderBy(asc(outbox.eventId), asc(outbox.destination))
      .limit(limit + 1)
    const { rows, next } = cutStep(found, limit, (row): [string, string] => [
      row.eventId,
      row.destination,
    ])
    return { events: rows, checked: { events: rows.length }, next }
  })
  return [unsent, published]
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
  const Place = z.tuple([z.number(), z.string(), z.string(), z.string()])
  const found = sql.join(
    tables.map((table) => {
      const name = sql.identifier(table)
      return sql`exists (select 1 from ${name} where ${name}.id = ${claims.resourceId})`
    }),
    sql` or `,
  )
  return section('claims', Place, async ({ since, cutoff, after, limit }) => {
    const place = sql`(${claims.createdAt}, ${claims.route}, ${claims.customerId}, ${claims.key})`
    const isAfter = after && sql`${place} > (${after[0]}, ${after[1]}, ${after[2]}, ${after[3]})`
    const answered = await db
      .select({
        route: claims.route,
        customerId: claims.customerId,
        key: claims.key,
        createdAt: claims.createdAt,
        resourceId: claims.resourceId,
        answeredId: sql<string | null>`json_extract(${claims.answer}, '$.id')`,
        found: sql`(${found})`.mapWith(Boolean),
      })
      .from(claims)
      .where(
        and(
          gte(claims.createdAt, after?.[0] ?? since),
          lte(claims.createdAt, cutoff),
          isNotNull(claims.answer),
          isAfter ?? undefined,
        ),
      )
      .orderBy(asc(claims.createdAt), asc(claims.route), asc(claims.customerId), asc(claims.key))
      .limit(limit + 1)
    const { rows, next } = cutStep(answered, limit, (row): z.infer<typeof Place> => [
      row.createdAt,
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

/** Which of some events have not taken effect here, and what is known of them. */
export async function findUndelivered(
  db: Database,
  eventIds: readonly string[],
): Promise<Undelivered[]> {
  if (eventIds.length === 0) return []
  const rows = await db.all<UndeliveredRow>(sql`
    select
      asked.value as eventId,
      delivery_failures.attempts as attempts,
      delivery_failures.first_at as firstAt,
      delivery_failures.last_at as lastAt,
      dead_letters.id as letterId,
      dead_letters.replayed_at as replayedAt
    from json_each(${JSON.stringify(eventIds)}) as asked
      left join inbox on inbox.event_id = asked.value
      left join delivery_failures on delivery_failures.event_id = asked.value
      left join dead_letters on dead_letters.event_id = asked.value
    where inbox.event_id is null`)
  return rows.map(({ eventId, attempts, firstAt, lastAt, letterId, replayedAt }) => ({
    eventId,
    failure: attempts === null ? null : { attempts, firstAt, lastAt },
    letter: letterId === null ? null : { replayedAt },
  }))
}
