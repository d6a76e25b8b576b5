import type { AuditStep } from '@kiosk/kit/audit'
import type { Database } from '@kiosk/kit/database'
import { idFloor } from '@kiosk/kit/ids'
import { and, asc, count, gt, gte, lte, max, sql } from 'drizzle-orm'
import type { Duplicates, UnsentMessage } from '../domain/audit.ts'
import { messages } from './schema.ts'

/** The ids of messages of a time, oldest first. */
export async function listMessageIds(
  db: Database,
  { since, cutoff, after }: AuditStep<[string]>,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        // Ids sort by age.
        gt(messages.id, after?.[0] ?? idFloor('notification', since)),
        lte(messages.createdAt, cutoff),
      ),
    )
    .orderBy(asc(messages.id))
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** Which of some messages are recorded more than once. */
export function listDuplicates(db: Database, ids: readonly string[]): Promise<Duplicates[]> {
  const { eventId, template, channel, recipient } = messages
  const events = sql`(
    select event_id from messages where id in (select value from json_each(${JSON.stringify(ids)}))
  )`
  return db
    .select({
      eventId,
      template,
      channel,
      recipient,
      records: count(),
      messageId: max(messages.id).mapWith(String),
    })
    .from(messages)
    .where(sql`${eventId} in ${events}`)
    .groupBy(eventId, template, channel, recipient)
    .having(sql`count(*) > 1`)
}

/** Messages of before a time (epoch ms) that still wait to be handed over. */
export function listUnsent(
  db: Database,
  { since, cutoff }: { since: number; cutoff: number },
  limit: number,
): Promise<UnsentMessage[]> {
  const { id: messageId, eventId, template, attempts, lastError, createdAt } = messages
  return db
    .select({ messageId, eventId, template, attempts, lastError, createdAt })
    .from(messages)
    .where(
      // Written out, as in `messages.ts`: the index has only what is pending.
      and(sql`${messages.status} = 'pending'`, gte(createdAt, since), lte(createdAt, cutoff)),
    )
    .orderBy(asc(messages.dueAt))
    .limit(limit)
}
