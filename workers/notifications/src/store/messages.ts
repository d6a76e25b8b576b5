import type { Channel, TemplateName } from '@kiosk/contracts/http/notifications'
import type { Database, Statement } from '@kiosk/kit/commit'
import { and, asc, desc, eq, lt, lte, min, sql } from 'drizzle-orm'
import type { Settlement } from '../domain/hand-over.ts'
import { messages } from './schema.ts'

export type Message = typeof messages.$inferSelect
export type NewMessage = typeof messages.$inferInsert

/** A statement takes 100 parameters; a message has 16 columns. */
const ROWS_PER_INSERT = 6

// Written out, not bound: SQLite uses a partial index only if it can read the condition in the statement.
const isPending = sql`${messages.status} = 'pending'`

/** Records messages; one that exists for the same event, template, channel and person stays as it is. */
export function insertMessages(db: Database, rows: readonly NewMessage[]): Statement[] {
  const inserts: Statement[] = []
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    const some = rows.slice(at, at + ROWS_PER_INSERT)
    inserts.push(db.insert(messages).values(some).onConflictDoNothing())
  }
  return inserts
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
    .where(and(isPending, eq(messages.channel, channel), lte(messages.dueAt, now)))
    .orderBy(asc(messages.dueAt))
    .limit(limit)
}

/** When the next message of a channel is due (epoch ms), or null. */
export async function findNextDue(db: Database, channel: Channel): Promise<number | null> {
  const [next] = await db
    .select({ dueAt: min(messages.dueAt) })
    .from(messages)
    .where(and(isPending, eq(messages.channel, channel)))
  return next?.dueAt ?? null
}

/** Keeps the outcome of a hand-over. `forget` also removes the content, which held a secret. */
export async function saveSettlement(
  db: Database,
  id: string,
  settlement: Settlement,
  forget: boolean,
): Promise<void> {
  await db
    .update(messages)
    .set({ ...settlement, ...(forget ? { text: '', html: null } : {}) })
    .where(and(eq(messages.id, id), isPending))
}

interface Filter {
  readonly recipient: string
  readonly orderId?: string | undefined
  readonly channel?: Channel | undefined
  readonly template?: TemplateName | undefined
  /** Older than the message of this id. */
  readonly before: string | undefined
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
        before === undefined ? undefined : lt(messages.id, before),
      ),
    )
    .orderBy(desc(messages.id))
    .limit(limit)
}
