import type { PaymentFacts } from '@kiosk/contracts/rpc/audit'
import type { Database } from '@kiosk/kit/database'
import { idFloor } from '@kiosk/kit/ids'
import { and, asc, eq, gt, lte, sql, type SQL } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/sqlite-core'
import type { AuditedPayment, Unreconciled, Unsettled } from '../domain/audit.ts'
import { isActive } from './payment-store.ts'
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

type ChangedPayment = AuditedPayment & PaymentFacts

/** Payments that were begun since a time, oldest first; those that changed after `cutoff` are left out. */
export function listPaymentsSince(
  db: Database,
  { since, cutoff, after }: { since: number; cutoff: number; after: string | null },
  limit: number,
): Promise<ChangedPayment[]> {
  const ids = db
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(gt(payments.id, after ?? idFloor('payment', since)), lte(payments.updatedAt, cutoff)),
    )
    .orderBy(asc(payments.id))
    .limit(limit)
  return loadChanged(db, ids.getSQL())
}

/** Those of some payments that were begun before a time and did not change after `cutoff`. */
export function listOlderPayments(
  db: Database,
  ids: readonly string[],
  { since, cutoff }: { since: number; cutoff: number },
): Promise<ChangedPayment[]> {
  const older = db
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        sql`${payments.id} in (select value from json_each(${JSON.stringify(ids)}))`,
        lte(payments.id, idFloor('payment', since)),
        lte(payments.updatedAt, cutoff),
      ),
    )
  return loadChanged(db, older.getSQL())
}

/** Payments (a subquery of their ids) with their entries and refunds, as of one moment. */
async function loadChanged(db: Database, ids: SQL): Promise<ChangedPayment[]> {
  const [rows, entries, paidBack] = await db.batch([
    db
      .select(facts)
      .from(payments)
      .where(sql`${payments.id} in (${ids})`)
      .orderBy(asc(payments.id)),
    db
      .select()
      .from(ledgerEntries)
      .where(sql`${ledgerEntries.paymentId} in (${ids})`),
    db
      .select({
        paymentId: refunds.paymentId,
        amountMinor: refunds.amountMinor,
        status: refunds.status,
      })
      .from(refunds)
      .where(sql`${refunds.paymentId} in (${ids})`),
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
  const ofThem = sql`${payments.orderId} in (select value from json_each(${JSON.stringify(orderIds)}))`
  const ended = sql`${payments.ended} = 1`
  return unionAll(
    db.select(facts).from(payments).where(and(ofThem, isActive)),
    db.select(facts).from(payments).where(and(ofThem, ended)),
  )
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
