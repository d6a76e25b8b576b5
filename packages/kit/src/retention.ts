import { and, inArray, isNotNull, lt, sql } from 'drizzle-orm'
import { encodeTime } from 'ulid'
import type { Database } from './database.ts'
import { idempotencyClaims, inbox, outbox } from './tables.ts'

/** Rows per statement: a long delete would keep the database from its customers. */
const ROWS_MAX = 1_000

/** Event ids start with their time, so "since" and "older than" need no index of their own. */
export function eventIdFloor(epochMs: number): string {
  return `evt_${encodeTime(Math.max(0, epochMs), 10)}${'0'.repeat(16)}`
}

/** Forgets events that were published before a time (epoch ms). What is unpublished stays, however old. */
export async function pruneOutbox(db: Database, before: number): Promise<void> {
  const isOld = and(lt(outbox.eventId, eventIdFloor(before)), isNotNull(outbox.publishedAt))
  const old = db.select({ eventId: outbox.eventId }).from(outbox).where(isOld).limit(ROWS_MAX)
  await db.delete(outbox).where(and(inArray(outbox.eventId, old), isNotNull(outbox.publishedAt)))
}

/** Forgets which events took effect before a time (epoch ms). */
export async function pruneInbox(db: Database, before: number): Promise<void> {
  if (!(await hasTable(db, 'inbox'))) return
  const isOld = lt(inbox.eventId, eventIdFloor(before))
  const old = db.select({ eventId: inbox.eventId }).from(inbox).where(isOld).limit(ROWS_MAX)
  await db.delete(inbox).where(inArray(inbox.eventId, old))
}

/** Forgets idempotency keys that were claimed before a time (epoch ms). */
export async function pruneClaims(db: Database, before: number): Promise<void> {
  if (!(await hasTable(db, 'idempotency_claims'))) return
  await db.delete(idempotencyClaims).where(lt(idempotencyClaims.createdAt, before))
}

/** Not every Worker hears events or takes idempotency keys. */
async function hasTable(db: Database, name: string): Promise<boolean> {
  const rows = await db.all(
    sql`select 1 from sqlite_master where type = 'table' and name = ${name}`,
  )
  return rows.length > 0
}
