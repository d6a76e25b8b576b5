import type { Database } from '@kiosk/kit/commit'
import { eq } from 'drizzle-orm'
import { reservations } from './schema.ts'

export type ReservationRecord = typeof reservations.$inferSelect

/** Remembers whose a reservation is and what it is made of. The same one twice is remembered once. */
export async function rememberReservation(db: Database, record: ReservationRecord): Promise<void> {
  await db.insert(reservations).values(record).onConflictDoNothing()
}

export async function forgetReservation(db: Database, id: string): Promise<void> {
  await db.delete(reservations).where(eq(reservations.id, id))
}

export async function findReservation(db: Database, id: string): Promise<ReservationRecord | null> {
  const [record] = await db.select().from(reservations).where(eq(reservations.id, id))
  return record ?? null
}
