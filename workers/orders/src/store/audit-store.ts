import type { OrderBrief } from '@kiosk/contracts/rpc/audit'
import type { AuditStep } from '@kiosk/kit/audit'
import type { Database } from '@kiosk/kit/database'
import { and, asc, gte, inArray, lte, sql } from 'drizzle-orm'
import type { AuditedOrder } from '../domain/audit.ts'
import { orderLines, orders, orderTransitions } from './schema.ts'

export type ChangedOrder = AuditedOrder & OrderBrief

const brief = {
  orderId: orders.id,
  status: orders.status,
  paymentStatus: orders.paymentStatus,
  totalMinor: orders.totalMinor,
  currency: orders.currency,
  reservationId: orders.reservationId,
  updatedAt: orders.updatedAt,
}

/** Orders by the time of their last change, with their lines and timelines, as of one moment. */
export async function listChangedOrders(
  db: Database,
  { since, cutoff, after }: AuditStep<[number, string]>,
  limit: number,
): Promise<ChangedOrder[]> {
  const isAfter = after && sql`(${orders.updatedAt}, ${orders.id}) > (${after[0]}, ${after[1]})`
  const inWindow = and(
    // A bound of the column itself: SQLite does not seek by a row value.
    gte(orders.updatedAt, after?.[0] ?? since),
    lte(orders.updatedAt, cutoff),
    isAfter ?? undefined,
  )
  const ids = db
    .select({ id: orders.id })
    .from(orders)
    .where(inWindow)
    .orderBy(asc(orders.updatedAt), asc(orders.id))
    .limit(limit)
  const [rows, lines, entries] = await db.batch([
    db
      .select()
      .from(orders)
      .where(inWindow)
      .orderBy(asc(orders.updatedAt), asc(orders.id))
      .limit(limit),
    db.select().from(orderLines).where(inArray(orderLines.orderId, ids)),
    db
      .select({
        orderId: orderTransitions.orderId,
        version: orderTransitions.version,
        type: orderTransitions.type,
      })
      .from(orderTransitions)
      .where(inArray(orderTransitions.orderId, ids))
      .orderBy(asc(orderTransitions.orderId), asc(orderTransitions.version)),
  ])
  const linesOf = Map.groupBy(lines, (line) => line.orderId)
  const entriesOf = Map.groupBy(entries, (entry) => entry.orderId)
  return rows.map((row) => ({
    ...row,
    orderId: row.id,
    lines: linesOf.get(row.id) ?? [],
    entries: entriesOf.get(row.id) ?? [],
  }))
}

/** What others need to know of some orders. */
export function listBriefs(db: Database, ids: readonly string[]): Promise<OrderBrief[]> {
  return db
    .select(brief)
    .from(orders)
    .where(sql`${orders.id} in (select value from json_each(${JSON.stringify(ids)}))`)
}
