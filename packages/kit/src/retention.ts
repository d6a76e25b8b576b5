import { inArray, lt, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { idFloor } from './ids.ts'
import { deadLetters, deliveryFailures, idempotencyClaims, inbox } from './tables.ts'

/** Rows per statement: a long delete would keep the database from its customers. */
const ROWS_MAX = 1_000

/** Forgets, of the messages that a Worker heard, what happened before these times (epoch ms). */
export async function pruneConsumed(
  db: Database,
  times: {
    readonly effectsBefore: number
    readonly failuresBefore: number
    readonly lettersBefore: number
  },
): Promise<void> {
  await pruneInbox(db, times.effectsBefore)
  // Of events that took effect in the end; of the others there is a letter.
  await db.delete(deliveryFailures).where(lt(deliveryFailures.lastAt, times.failuresBefore))
  await db.delete(deadLetters).where(lt(deadLetters.replayedAt, times.lettersBefore))
}

/** Forgets which events took effect before a time. */
async function pruneInbox(db: Database, before: number): Promise<void> {
  const isOld = lt(inbox.eventId, idFloor('event', before))
  const old = db.select({ eventId: inbox.eventId }).from(inbox).where(isOld).limit(ROWS_MAX)
  await db.delete(inbox).where(inArray(inbox.eventId, old))
}

/** Forgets idempotency keys that were claimed before a time (epoch ms). */
export async function pruneClaims(db: Database, before: number): Promise<void> {
  if (!(await hasTable(db, 'idempotency_claims'))) return
  await db.delete(idempotencyClaims).where(lt(idempotencyClaims.createdAt, before))
}

/** Not every Worker takes idempotency keys. */
async function hasTable(db: Database, name: string): Promise<boolean> {
  const rows = await db.all(
    sql`select 1 from sqlite_master where type = 'table' and name = ${name}`,
  )
  return rows.length > 0
}
