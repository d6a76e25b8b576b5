import type { OrderBrief } from '@kiosk/contracts/rpc/audit'
import type { Database } from '@kiosk/kit/database'
import { idFloor } from '@kiosk/kit/ids'
import { and, asc, gt, lte, sql } from 'drizzle-orm'
import type { Order } from '../domain/order.ts'
import { orders } from './schema.ts'

const brief = {
  orderId: orders.id,
  status: orders.status,
  paymentStatus: orders.paymentStatus,
  totalMinor: orders.totalMinor,
  currency: orders.currency,
  reservationId: orders.reservationId,
  updatedAt: orders.updatedAt,
}

/** Orders that were placed since a time, oldest first; those that changed after `cutoff` are left out. */
export function listOrdersSince(
  db: Database,
  { since, cutoff, after }: { since: number; cutoff: number; after: string | null },
  limit: number,
): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(and(gt(orders.id, after ?? idFloor('order', since)), lte(orders.updatedAt, cutoff)))
    .orderBy(asc(orders.id))
    .limit(limit)
}

/** Those of some orders that were placed before a time and did not change after `cutoff`. */
export function listOlderOrders(
  db: Database,
  ids: readonly string[],
  { since, cutoff }: { since: number; cutoff: number },
): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(
      and(
        sql`${orders.id} in (select value from json_each(${JSON.stringify(ids)}))`,
        sql`${orders.id} <= ${idFloor('order', since)}`,
        lte(orders.updatedAt, cutoff),
      ),
    )
}

/** What others need to know of some orders. */
export function listBriefs(db: Database, ids: readonly string[]): Promise<OrderBrief[]> {
  return db
    .select(brief)
    .from(orders)
    .where(sql`${orders.id} in (select value from json_each(${JSON.stringify(ids)}))`)
}

/** Whether an event has left an entry in the timeline of its order. */
export const isInTimeline = sql`exists (
  select 1 from ${orders}, json_each(${orders.timeline}) as entry
  where ${orders.id} = asked.value ->> 'orderId'
    and entry.value ->> 'eventId' = asked.value ->> 'eventId'
)`
