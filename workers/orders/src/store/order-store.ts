import type { OrderStatus } from '@kiosk/contracts/http/orders'
import { guard } from '@kiosk/kit/commit'
import type { Database, Statement } from '@kiosk/kit/database'
import { and, asc, desc, eq, lt, sql } from 'drizzle-orm'
import type { Entry, Order, Transition } from '../domain/order.ts'
import { orderLines, orders, orderTransitions } from './schema.ts'

/** Each line has ten columns, and a statement takes a hundred values. */
const LINES_PER_INSERT = 10

/** An order with its lines, or null. */
export async function loadOrder(db: Database, id: string): Promise<Order | null> {
  const [rows, lines] = await db.batch([
    db.select().from(orders).where(eq(orders.id, id)),
    db
      .select()
      .from(orderLines)
      .where(eq(orderLines.orderId, id))
      .orderBy(asc(orderLines.position)),
  ])
  const [row] = rows
  return row === undefined ? null : toOrder(row, lines)
}

interface ListFilter {
  readonly customerId?: string | undefined
  readonly status?: OrderStatus | undefined
  /** Orders older than this one. */
  readonly before?: string | undefined
}

/** Orders with their lines, newest first. */
export async function listOrders(
  db: Database,
  { customerId, status, before }: ListFilter,
  limit: number,
): Promise<Order[]> {
  const rows = await db
    .select()
    .from(orders)
    .where(
      and(
        customerId === undefined ? undefined : eq(orders.customerId, customerId),
        status === undefined ? undefined : eq(orders.status, status),
        before === undefined ? undefined : lt(orders.id, before),
      ),
    )
    .orderBy(desc(orders.id))
    .limit(limit)
  const ids = JSON.stringify(rows.map((row) => row.id))
  const lines = await db
    .select()
    .from(orderLines)
    .where(sql`${orderLines.orderId} in (select value from json_each(${ids}))`)
    .orderBy(asc(orderLines.orderId), asc(orderLines.position))
  const byOrder = Map.groupBy(lines, (line) => line.orderId)
  return rows.map((row) => toOrder(row, byOrder.get(row.id) ?? []))
}

/** What happened to an order, oldest first. */
export function loadTimeline(db: Database, orderId: string) {
  return db
    .select()
    .from(orderTransitions)
    .where(eq(orderTransitions.orderId, orderId))
    .orderBy(asc(orderTransitions.version))
}

/** Writes a new order, its lines and the first entry of its timeline. */
export function insertOrder(db: Database, order: Order, entry: Entry, actor: string): Statement[] {
  const rows = order.lines.map((line, position) => ({ ...line, orderId: order.id, position }))
  const statements: Statement[] = [db.insert(orders).values(order)]
  for (let at = 0; at < rows.length; at += LINES_PER_INSERT) {
    statements.push(db.insert(orderLines).values(rows.slice(at, at + LINES_PER_INSERT)))
  }
  return [...statements, insertEntry(db, order, entry, actor)]
}

/** Writes a transition, unless the order has changed since it was read: then the batch is stale. */
export function saveTransition(
  db: Database,
  { order, entry }: Transition,
  actor: string,
): Statement[] {
  const { status, paymentStatus, paymentId, paymentVersion, refundedMinor } = order
  const { tracking, cancelReason, version, updatedAt } = order
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
        updatedAt,
      })
      .where(and(eq(orders.id, order.id), eq(orders.version, version - 1))),
    guard(db),
    insertEntry(db, order, entry, actor),
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

function insertEntry(db: Database, order: Order, entry: Entry, actor: string): Statement {
  const { id: orderId, version, updatedAt: at } = order
  return db.insert(orderTransitions).values({ orderId, version, at, actor, ...entry })
}

function toOrder(
  row: typeof orders.$inferSelect,
  lines: (typeof orderLines.$inferSelect)[],
): Order {
  return {
    ...row,
    lines: lines.map(({ orderId: _order, position: _position, ...line }) => line),
  }
}
