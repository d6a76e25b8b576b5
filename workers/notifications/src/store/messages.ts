import { CHANNELS, type Channel, type TemplateName } from '@kiosk/contracts/http/notifications'
import type { Database, Statement } from '@kiosk/kit/commit'
import { and, asc, desc, eq, inArray, isNull, lte, min, sql } from 'drizzle-orm'
import type { Settlement } from '../domain/hand-over.ts'
import { messages } from './schema.ts'

export type Message = typeof messages.$inferSelect
export type NewMessage = typeof messages.$inferInsert

/** A statement takes 100 parameters; a message has 16 columns. */
const ROWS_PER_INSERT = 6

// Written out, not bound: SQLite uses a partial index only if it can read the condition in the statement.
const isDispatchers = sql`${messages.dueAt} is not null`

/** Records messages; one that exists for the same person, event and channel stays as it is. */
export function insertMessages(db: Database, rows: readonly NewMessage[]): Statement[] {
  const inserts: Statement[] = []
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    const some = rows.slice(at, at + ROWS_PER_INSERT)
    inserts.push(db.insert(messages).values(some).onConflictDoNothing())
  }
  return inserts
}

/** What was recorded for a person about an event, and nobody has handed over or put off. */
export function findFresh(db: Database, eventId: string, recipient: string): Promise<Message[]> {
  return db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.recipient, recipient),
        eq(messages.eventId, eventId),
        // The whole key, so that the message after it is not read as well.
        inArray(messages.channel, CHANNELS),
        eq(messages.status, 'pending'),
        isNull(messages.dueAt),
      ),
    )
}

/** What waits to be handed over on a channel, longest due first. */
export function findDue(
  db: Database,
  channel: Channel,
  now: number,
  limit: number,
): Promise<Message[]> {
  return db
    .select()
    .from(messages)
    .where(and(isDispatchers, eq(messages.channel, channel), lte(messages.dueAt, now)))
    .orderBy(asc(messages.dueAt))
    .limit(limit)
}

/** When the next message of a channel is due (epoch ms), or null. */
export async function findNextDue(db: Database, channel: Channel): Promise<number | null> {
  const [next] = await db
    .select({ dueAt: min(messages.dueAt) })
    .from(messages)
    .where(and(isDispatchers, eq(messages.channel, channel)))
  return next?.dueAt ?? null
}

/** Keeps the outcome of a hand-over. `forget` also removes the content, which held a secret. */
export async function saveSettlement(
  db: Database,
  { recipient, eventId, channel }: Message,
  settlement: Settlement,
  forget: boolean,
): Promise<void> {
  await db
    .update(messages)
    .set({ ...settlement, ...(forget ? { text: '', html: null } : {}) })
    .where(
      and(
        eq(messages.recipient, recipient),
        eq(messages.eventId, eventId),
        eq(messages.channel, channel),
        eq(messages.status, 'pending'),
      ),
    )
}

interface Filter {
  readonly recipient: string
  readonly orderId?: string | undefined
  readonly channel?: Channel | undefined
  readonly template?: TemplateName | undefined
  /** Older than this message. */
  readonly before: { readonly eventId: string; readonly channel: Channel } | null
}

/** A person's messages, newest first, without those they did not want. */
export function listMessages(db: Database, filter: Filter, limit: number): Promise<Message[]> {
  const { recipient, orderId, channel, template, before } = filter
  return db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.recipient, recipient),
        sql`${messages.status} <> 'suppressed'`,
        orderId === undefined ? undefined : eq(messages.orderId, orderId),
        channel === undefined ? undefined : eq(messages.channel, channel),
        template === undefined ? undefined : eq(messages.template, template),
        before === null
          ? undefined
          : sql`(${messages.eventId}, ${messages.channel}) < (${before.eventId}, ${before.channel})`,
      ),
    )
    .orderBy(desc(messages.eventId), desc(messages.channel))
    .limit(limit)
}
