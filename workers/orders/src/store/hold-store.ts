import type { Database, Statement } from '@kiosk/kit/database'
import { and, eq, gte, lt, sql } from 'drizzle-orm'
import { lapsedHolds, orders } from './schema.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Makes the batch that writes an order stale if the hold on its stock has lapsed since the attempt to place
 * it began (epoch ms). A reservation id is no JSON, so reading the row as such is an error, which rolls
 * the batch back (as `guard` of the kit does).
 */
export function unlessLapsed(db: Database, reservationId: string, since: number): Statement {
  return db
    .select({ lapsed: sql`json(${lapsedHolds.reservationId})` })
    .from(lapsedHolds)
    .where(and(eq(lapsedHolds.reservationId, reservationId), gte(lapsedHolds.lapsedAt, since)))
}

/**
 * Keeps the order of a hold that has lapsed from being written; stale if it is written already. What is
 * older than a day is forgotten: no attempt to place an order lasts that long. `lapsedAt` is epoch ms.
 */
export function noteLapsed(
  db: Database,
  { orderId, reservationId }: { readonly orderId: string; readonly reservationId: string },
  lapsedAt: number,
): Statement[] {
  return [
    db
      .select({ written: sql`json(${orders.id})` })
      .from(orders)
      .where(eq(orders.id, orderId)),
    db
      .insert(lapsedHolds)
      .values({ reservationId, lapsedAt })
      .onConflictDoUpdate({ target: lapsedHolds.reservationId, set: { lapsedAt } }),
    db.delete(lapsedHolds).where(lt(lapsedHolds.lapsedAt, lapsedAt - DAY_MS)),
  ]
}
