import type { OrderStatus } from '@kiosk/contracts/http/orders'
import { guard } from '@kiosk/kit/commit'
import type { Database, Statement } from '@kiosk/kit/database'
import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Entry, Order, Transition } from '../domain/order.ts'
import { inbox, orders } from './schema.ts'

/** An order, or null. */
export async function loadOrder(db: Database, id: string): Promise<Order | null> {
  const [order] = await db.select().from(orders).where(eq(orders.id, id))
  return order ?? null
}

/** An order, and whether an event has taken effect here before: read at one moment. */
export async function loadOrderFor(
  db: Database,
  id: string,
  event: { readonly id: string },
): Promise<{ order: Order | null; isTaken: boolean }> {
  const [[order], received] = await db.batch([
    db.select().from(orders).where(eq(orders.id, id)),
    db.select().from(inbox).where(eq(inbox.eventId, event.id)),
  ])
  const isTold = order?.timeline.some(({ eventId }) => eventId === event.id) ?? false
  return { order: order ?? null, isTaken: isTold || received.length > 0 }
}

interface ListFilter {
  readonly customerId?: string | undefined
  readonly status?: OrderStatus | undefined
  /** Orders older than this one. */
  readonly before?: string | undefined
}

/** Orders, newest first. */
export function listOrders(
  db: Database,
  { customerId, status, before }: ListFilter,
  limit: number,
): Promise<Order[]> {
  const hasStatus = status === undefined ? undefined : eq(orders.status, status)
  return db
    .select()
    .from(orders)
    .where(
      and(
        customerId === undefined ? undefined : eq(orders.customerId, customerId),
        // The plus sign keeps SQLite to the index by customer: by status it would read everybody's.
        customerId === undefined ? hasStatus : hasStatus && sql`+${hasStatus}`,
        before === undefined ? undefined : lt(orders.id, before),
      ),
    )
    .orderBy(desc(orders.id))
    .limit(limit)
}

/** Who caused an entry of the timeline; `eventId` is the message that did, which has then taken effect. */
interface Cause {
  readonly actor: string
  readonly eventId?: string | undefined
}

/** Writes a new order with the first entry of its timeline. */
export function insertOrder(db: Database, order: Order, entry: Entry, cause: Cause): Statement {
  const first = { ...entry, ...cause, at: order.updatedAt }
  return db.insert(orders).values({ ...order, timeline: [first] })
}

/** Writes a transition, unless the order has changed since it was read: then the batch is stale. */
export function saveTransition(
  db: Database,
  { order, entry }: Transition,
  cause: Cause,
): Statement[] {
  const { status, paymentStatus, paymentId, paymentVersion, refundedMinor } = order
  const { tracking, cancelReason, version, updatedAt } = order
  const next = JSON.stringify({ ...entry, ...cause, at: updatedAt })
  return [
    db
      .update(orders)
      .set({
        status,
        paymentStatus,
        paymentId,
        paymentVersion,
        refundedMinor,
        tracking,
        cancelReason,
        version,
        timeline: sql`json_insert(${orders.timeline}, '$[#]', json(${next}))`,
        updatedAt,
      })
      .where(and(eq(orders.id, order.id), eq(orders.version, version - 1))),
    guard(db),
  ]
}

/** Moves the deadline of a pending order, never back. */
export async function extendDeadline(
  db: Database,
  orderId: string,
  expiresAt: number,
): Promise<void> {
  const isPending = and(eq(orders.id, orderId), eq(orders.status, 'pending'))
  await db
    .update(orders)
    .set({ expiresAt })
    .where(and(isPending, lt(orders.expiresAt, expiresAt)))
}
