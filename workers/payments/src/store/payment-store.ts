import { guard } from '@kiosk/kit/commit'
import type { Database, Statement } from '@kiosk/kit/database'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Payment, PaymentStatus } from '../domain/payment.ts'
import { closedOrders, payments } from './schema.ts'

/** Under way or succeeded. Written out, not bound: SQLite finds the index by the text of its condition. */
export const isActive = sql`${payments.ended} = 0`

export async function loadPayment(db: Database, id: string): Promise<Payment | null> {
  const [payment] = await db.select().from(payments).where(eq(payments.id, id))
  return payment ?? null
}

/** A payment, and whether its order may still be paid: read at one moment. */
export async function loadPaymentAndOrder(
  db: Database,
  id: string,
): Promise<{ payment: Payment; orderClosed: boolean } | null> {
  const [[payment], closed] = await db.batch([
    db.select().from(payments).where(eq(payments.id, id)),
    db
      .select({ orderId: closedOrders.orderId })
      .from(closedOrders)
      .where(
        inArray(
          closedOrders.orderId,
          db.select({ orderId: payments.orderId }).from(payments).where(eq(payments.id, id)),
        ),
      ),
  ])
  return payment === undefined ? null : { payment, orderClosed: closed.length > 0 }
}

/** The payment of an order that is under way or has succeeded: there is at most one. */
export async function loadActivePayment(db: Database, orderId: string): Promise<Payment | null> {
  const [payment] = await db
    .select()
    .from(payments)
    .where(and(eq(payments.orderId, orderId), isActive))
  return payment ?? null
}

/** Writes a new payment, unless its order is closed: then the batch is stale. */
export function insertPayment(db: Database, payment: Payment): Statement[] {
  return [unlessClosed(db, payment.orderId), db.insert(payments).values(payment)]
}

/**
 * Writes what became of a payment, unless it has changed since it was read: then the batch is
 * stale.
 */
export function savePayment(db: Database, { id, version, ...changed }: Payment): Statement[] {
  return [
    db
      .update(payments)
      .set({
        version,
        status: changed.status,
        ...(hasEnded(changed.status) ? { ended: 1 } : {}),
        failureCode: changed.failureCode,
        providerRef: changed.providerRef,
        capturedMinor: changed.capturedMinor,
        refundedMinor: changed.refundedMinor,
        checkAt: changed.checkAt,
        checks: changed.checks,
        updatedAt: changed.updatedAt,
      })
      .where(and(eq(payments.id, id), eq(payments.version, version - 1))),
    guard(db),
  ]
}

function hasEnded(status: PaymentStatus): boolean {
  return status === 'failed' || status === 'voided'
}

/**
 * Makes the batch stale if the order was closed: what was decided took it for open. An order id is
 * no JSON, so reading the row as such is an error, which rolls the batch back (as `guard` of the
 * kit does).
 */
export function unlessClosed(db: Database, orderId: string): Statement {
  return db
    .select({ closed: sql`json(${closedOrders.orderId})` })
    .from(closedOrders)
    .where(eq(closedOrders.orderId, orderId))
}

interface ProviderCall {
  readonly id: string
  /** The status in which the call makes sense. */
  readonly status: PaymentStatus
  readonly answerBy: number
  readonly checkAt: number
}

/**
 * Notes that the provider is about to be called again for a payment, so that reconciliation looks
 * after it. False when there is no point any more: it has another status, or its order is closed.
 */
export async function noteCall(db: Database, call: ProviderCall): Promise<boolean> {
  const noted = await db
    .update(payments)
    .set({ answerBy: call.answerBy, checkAt: call.checkAt, checks: 0 })
    .where(
      and(
        eq(payments.id, call.id),
        eq(payments.status, call.status),
        sql`not exists (
          select 1 from ${closedOrders} where ${closedOrders.orderId} = ${payments.orderId}
        )`,
      ),
    )
    .returning({ id: payments.id })
  return noted.length === 1
}

/**
 * Closes an order for ever, and whatever it had under way: a payment that waits for its customer is
 * voided (reconciliation tells the provider). One that is `processing` finds the order closed when
 * it settles.
 */
export function closeOrder(
  db: Database,
  order: { readonly id: string; readonly reason: string; readonly now: number },
): Statement[] {
  const { id, reason, now } = order
  return [
    db.insert(closedOrders).values({ orderId: id, reason, closedAt: now }).onConflictDoNothing(),
    db
      .update(payments)
      .set({
        status: 'voided',
        ended: 1,
        version: sql`${payments.version} + 1`,
        checkAt: now,
        checks: 0,
        updatedAt: now,
      })
      .where(and(eq(payments.orderId, id), isActive, eq(payments.status, 'requires_action'))),
  ]
}
