import { guard } from '@kiosk/kit/commit'
import type { Database, Statement } from '@kiosk/kit/database'
import { and, count, eq, sql, type SQL } from 'drizzle-orm'
import type { ReturnReason } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import { isActive } from './payment-store.ts'
import { closedOrders, payments, refunds } from './schema.ts'

export async function loadRefund(db: Database, id: string): Promise<Refund | null> {
  const [refund] = await db.select().from(refunds).where(eq(refunds.id, id))
  return refund ?? null
}

/** What all refunds of a row of `payments` but the failed ones sum up to, in minor units. */
const reservedMinor = sql.raw(`(
  select coalesce(sum(amount_minor), 0) from refunds as other
  where other.payment_id = payments.id and other.status <> 'failed'
)`)

/** What of a payment no refund has taken or reserved, in minor units. */
export async function loadLeft(db: Database, paymentId: string): Promise<number> {
  const left = sql<number>`captured_minor - ${reservedMinor}`
  const [row] = await db.select({ left }).from(payments).where(eq(payments.id, paymentId))
  return row?.left ?? 0
}

export async function countFailedRefunds(db: Database, paymentId: string): Promise<number> {
  const [row] = await db
    .select({ failed: count() })
    .from(refunds)
    .where(and(eq(refunds.paymentId, paymentId), eq(refunds.status, 'failed')))
  return row?.failed ?? 0
}

/**
 * Reserves the amount of a new refund, if so much is left: otherwise the batch is stale, because
 * reading an id as JSON is an error (as in `guard` of the kit).
 */
export function insertRefund(db: Database, refund: Refund): Statement[] {
  return [
    db.insert(refunds).values(refund),
    db
      .select({ exceeded: sql`json(${payments.id})` })
      .from(payments)
      .where(and(eq(payments.id, refund.paymentId), sql`${reservedMinor} > captured_minor`)),
  ]
}

/** Writes what became of a refund, unless it was settled before: then the batch is stale. */
export function saveRefund(db: Database, refund: Refund): Statement[] {
  const { id, status, failureCode, checkAt, updatedAt } = refund
  return [
    db
      .update(refunds)
      .set({ status, failureCode, checkAt, updatedAt })
      .where(and(eq(refunds.id, id), eq(refunds.status, 'processing'))),
    guard(db),
  ]
}

/** The refund that gives back what may not be kept. */
interface Return {
  readonly refundId: string
  readonly reason: string
  /** When reconciliation hands it to the provider. */
  readonly checkAt: number
  readonly traceparent: string
  readonly now: number
}

/**
 * Refunds all that is left of a payment, if its money may not be kept: its order is closed, or it
 * had failed or been voided before the success was reported. Writes nothing if nothing is left, so
 * it may be part of any batch after which that could be so.
 */
export function returnPayment(db: Database, paymentId: string, refund: Return): Statement {
  const mustGoBack = sql`(
    ${payments.status} in ('failed', 'voided') or exists (
      select 1 from ${closedOrders} where ${closedOrders.orderId} = ${payments.orderId}
    )
  )`
  return insertReturn(db, sql`${payments.id} = ${paymentId} and ${mustGoBack}`, refund)
}

/** Refunds all that is left of the payment that an order was paid with, if it has one. */
export function returnOrder(
  db: Database,
  orderId: string,
  refund: Return & { readonly reason: ReturnReason },
): Statement {
  const isPaid = sql`${payments.orderId} = ${orderId} and ${isActive} and ${payments.status} = 'succeeded'`
  return insertReturn(db, isPaid, refund)
}

function insertReturn(db: Database, where: SQL, refund: Return): Statement {
  const { refundId, reason, checkAt, traceparent, now } = refund
  // All columns of `refunds`, in their order.
  return db.insert(refunds).select(sql`
    select
      ${refundId}, id, captured_minor - ${reservedMinor}, currency, ${reason},
      'processing', null, ${checkAt}, 0, ${traceparent}, ${now}, ${now}
    from payments
    where ${where} and captured_minor > ${reservedMinor}
  `)
}
