import type { Preferences } from '@kiosk/contracts/http/notifications'
import { assert } from '@kiosk/kit/assert'
import type { Database, Statement } from '@kiosk/kit/commit'
import { and, asc, eq, exists, isNotNull, sql } from 'drizzle-orm'
import type { Contact } from '../domain/contact.ts'
import { toPreferences } from './preferences.ts'
import { contacts, mailbox, messages, preferences } from './schema.ts'

/** A person and what they want to hear. */
export interface Recipient {
  readonly contact: Contact
  readonly preferences: Preferences
}

/** Who a user id stands for; `unknown` when no event has told of it yet. */
export type Lookup = { kind: 'known'; recipient: Recipient } | { kind: 'deleted' | 'unknown' }

export async function findRecipient(db: Database, userId: string): Promise<Lookup> {
  // Not joined: what joins cannot go jointly, and this is asked for every message.
  const [[contact], [wanted]] = await db.batch([
    db.select().from(contacts).where(eq(contacts.userId, userId)),
    db.select().from(preferences).where(eq(preferences.userId, userId)),
  ])
  if (contact === undefined) return { kind: 'unknown' }
  if (contact.deletedAt !== null) return { kind: 'deleted' }
  return { kind: 'known', recipient: toRecipient({ contact, preferences: wanted ?? null }) }
}

/** Everybody who runs the shop, up to a limit. */
export async function findStaff(db: Database, limit: number): Promise<Recipient[]> {
  const rows = await db
    .select({ contact: contacts, preferences })
    .from(contacts)
    .leftJoin(preferences, eq(preferences.userId, contacts.userId))
    .where(sql`${contacts.role} in ('staff', 'admin')`)
    .orderBy(asc(contacts.userId))
    .limit(limit)
  return rows.map(toRecipient)
}

interface RecipientRow {
  readonly contact: typeof contacts.$inferSelect
  readonly preferences: typeof preferences.$inferSelect | null
}

function toRecipient(row: RecipientRow): Recipient {
  const { userId, email, phone, name, locale, role } = row.contact
  assert(email !== null && name !== null && locale !== null && role !== null, 'not deleted')
  return {
    contact: { userId, email, phone, name, locale, role },
    preferences: toPreferences(row.preferences),
  }
}

/** Keeps what is newer than what is known. A deleted person stays deleted. */
export function rememberContact(db: Database, contact: Contact, version: number): Statement {
  const { userId, ...facts } = contact
  return db
    .insert(contacts)
    .values({ userId, ...facts, version })
    .onConflictDoUpdate({
      target: contacts.userId,
      set: { ...facts, version },
      setWhere: sql`${contacts.version} < ${version} and ${contacts.deletedAt} is null`,
    })
}

/**
 * Removes what is known of a person, their messages' content included, and leaves a mark that keeps late
 * events from bringing it back. What was not handed over yet never will be.
 */
export function forgetContact(
  db: Database,
  userId: string,
  version: number,
  now: number,
): Statement[] {
  const nothing = { email: null, phone: null, name: null, locale: null, role: null }
  const mark = { ...nothing, version, deletedAt: now }
  const mine = eq(messages.recipient, userId)
  return [
    db
      .insert(contacts)
      .values({ userId, ...mark })
      .onConflictDoUpdate({ target: contacts.userId, set: mark }),
    db.delete(preferences).where(eq(preferences.userId, userId)),
    db
      .delete(mailbox)
      .where(sql`${mailbox.messageId} in (select ${messages.id} from ${messages} where ${mine})`),
    db
      .update(messages)
      .set({
        toAddress: '',
        subject: null,
        text: '',
        html: null,
        lastError: null,
        status: sql`case when status = 'pending' then 'suppressed' else status end`,
        dueAt: null,
      })
      .where(mine),
  ]
}

/**
 * Aborts the batch it is in if one of these people was deleted since they were read, or their data would be
 * written again right after it was removed.
 */
export function guardNotDeleted(db: Database, userIds: readonly string[]): Statement {
  const ids = JSON.stringify(userIds)
  const anyDeleted = exists(
    db
      .select()
      .from(contacts)
      .where(
        and(
          sql`${contacts.userId} in (select value from json_each(${ids}))`,
          isNotNull(contacts.deletedAt),
        ),
      ),
  )
  // `json('stale')` is an error in SQLite, and an error rolls a D1 batch back. Not `db.run`: in a batch,
  // Drizzle binds no parameters to that.
  return db
    .select({ fresh: sql`case when ${anyDeleted} then json('stale') else 1 end` })
    .from(sql`(select 1)`)
}
