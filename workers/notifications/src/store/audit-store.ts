import type { Database } from '@kiosk/kit/database'
import { and, asc, gte, lte, sql } from 'drizzle-orm'
import type { UnsentMessage } from '../domain/audit.ts'
import { messages } from './schema.ts'

/** Whether the message that an event makes has been handed over, or put off until it can be. */
export const hasMessage = sql`exists (
  select 1 from ${messages}
  where ${messages.recipient} = asked.value ->> 'userId'
    and ${messages.eventId} = asked.value ->> 'eventId'
    and (${messages.status} <> 'pending' or ${messages.dueAt} is not null)
)`

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
      // Written out, as in `messages.ts`: the index has only what waits for the dispatcher.
      and(sql`${messages.dueAt} is not null`, gte(createdAt, since), lte(createdAt, cutoff)),
    )
    .orderBy(asc(messages.dueAt))
    .limit(limit)
}
