import type { PaymentFacts } from '@kiosk/contracts/rpc/audit'
import type { AuditStep } from '@kiosk/kit/audit'
import type { Database } from '@kiosk/kit/database'
import { and, asc, eq, gte, inArray, lte, sql } from 'drizzle-orm'
import type { AuditedPayment, Unreconciled, Unsettled } from '../domain/audit.ts'
import { ledgerEntries, payments, refunds } from './schema.ts'

const facts = {
  paymentId: payments.id,
  orderId: payments.orderId,
  status: payments.status,
  amountMinor: payments.amountMinor,
  capturedMinor: payments.capturedMinor,
  refundedMinor: payments.refundedMinor,
  currency: payments.currency,
  updatedAt: payments.updatedAt,
}

/** Payments by the time of their last change, with their entries and refunds, as of one moment. */
export async function listChangedPayments(
  db: Database,
  { since, cutoff, after }: AuditStep<[number, string]>,
  limit: number,
): Promise<(AuditedPayment & PaymentFacts)[]> {
  const place = sql`(${payments.updatedAt}, ${payments.id})`
  const isAfter = after && sql`${place} > (${after[0]}, ${after[1]})`
  const inWindow = and(
    // A bound of the column itself: SQLite does not seek by a row value.
    gte(payments.updatedAt, after?.[0] ?? since),
    lte(payments.updatedAt, cutoff),
    isAfter ?? undefined,
  )
  const ids = db
    .select({ id: payments.id })
    .from(payments)
    .where(inWindow)
    .orderBy(asc(payments.updatedAt), asc(payments.id))
    .limit(limit)
  const [rows, entries, paidBack] = await db.batch([
    db
      .select(facts)
      .from(payments)
      .where(inWindow)
      .orderBy(asc(payments.updatedAt), asc(payments.id))
      .limit(limit),
    db.select().from(ledgerEntries).where(inArray(ledgerEntries.paymentId, ids)),
    db
      .select({
        paymentId: refunds.paymentId,
        amountMinor: refunds.amountMinor,
        status: refunds.status,
      })
      .from(refunds)
      .where(inArray(refunds.paymentId, ids)),
  ])
  const entriesOf = Map.groupBy(entries, ({ paymentId }) => paymentId)
  const refundsOf = Map.groupBy(paidBack, ({ paymentId }) => paymentId)
  return rows.map((row) => ({
    ...row,
    id: row.paymentId,
    entries: entriesOf.get(row.paymentId) ?? [],
    refunds: refundsOf.get(row.paymentId) ?? [],
  }))
}

/** The payments of some orders, of every status. */
export function listPaymentsOf(db: Database, orderIds: readonly string[]): Promise<PaymentFacts[]> {
  return db
    .select(facts)
    .from(payments)
    .where(sql`${payments.orderId} in (select value from json_each(${JSON.stringify(orderIds)}))`)
}

/** What reconciliation was to look at by a time (epoch ms), and has not. */
export async function listUnreconciled(
  db: Database,
  before: number,
  limit: number,
): Promise<Unreconciled[]> {
  const { checkAt, checks } = payments
  const [duePayments, dueRefunds] = await db.batch([
    db
      .select({ paymentId: payments.id, checkAt: sql<number>`${checkAt}`, checks })
      .from(payments)
      .where(lte(checkAt, before))
      .orderBy(asc(checkAt))
      .limit(limit),
    db
      .select({
        refundId: refunds.id,
        paymentId: refunds.paymentId,
        checkAt: sql<number>`${refunds.checkAt}`,
        checks: refunds.checks,
      })
      .from(refunds)
      .where(lte(refunds.checkAt, before))
      .orderBy(asc(refunds.checkAt))
      .limit(limit),
  ])
  return [...duePayments.map((payment) => ({ ...payment, refundId: null })), ...dueRefunds]
}

/** Payments that wait for an answer of their provider which was to come by a time (epoch ms). */
export function listUnsettled(db: Database, before: number, limit: number): Promise<Unsettled[]> {
  const { id: paymentId, orderId, answerBy, checks } = payments
  return db
    .select({ paymentId, orderId, answerBy, checks })
    .from(payments)
    .where(
      and(
        // Whatever is under way has its next look: an index of few rows.
        sql`${payments.checkAt} is not null`,
        eq(payments.status, 'processing'),
        lte(answerBy, before),
      ),
    )
    .orderBy(asc(answerBy))
    .limit(limit)
}
