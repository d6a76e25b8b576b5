import type { Database } from '@kiosk/kit/database'
import { and, asc, eq, lte, min, sql } from 'drizzle-orm'
import type { Payment } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import { payments, refunds } from './schema.ts'

/** What reconciliation is to look at. */
interface Due {
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
}

/** What is due for a look, longest due first. */
export async function loadDue(db: Database, now: number, limit: number): Promise<Due> {
  const [duePayments, dueRefunds] = await db.batch([
    db
      .select()
      .from(payments)
      .where(lte(payments.checkAt, now))
      .orderBy(asc(payments.checkAt))
      .limit(limit),
    db
      .select()
      .from(refunds)
      .where(lte(refunds.checkAt, now))
      .orderBy(asc(refunds.checkAt))
      .limit(limit),
  ])
  return { payments: duePayments, refunds: dueRefunds }
}

/** When the next look is due, epoch ms, or null. */
export async function nextCheckAt(db: Database): Promise<number | null> {
  const [[payment], [refund]] = await db.batch([
    db.select({ checkAt: min(payments.checkAt) }).from(payments),
    db.select({ checkAt: min(refunds.checkAt) }).from(refunds),
  ])
  const times = [payment?.checkAt, refund?.checkAt].filter((time) => typeof time === 'number')
  return times.length === 0 ? null : Math.min(...times)
}

/**
 * Puts the next look at something off, before this one: whatever happens, it is not looked at in a
 * loop. False, and nothing is written, when somebody has settled it or looked at it since it was
 * read: a look that is put off at something settled would be repeated for ever.
 */
export async function postponeCheck(
  db: Database,
  table: typeof payments | typeof refunds,
  row: { readonly id: string; readonly checkAt: number | null },
  checkAt: number,
): Promise<boolean> {
  const postponed = await db
    .update(table)
    .set({ checkAt, checks: sql`${table.checks} + 1` })
    .where(and(eq(table.id, row.id), sql`${table.checkAt} is ${row.checkAt}`))
    .returning({ id: table.id })
  return postponed.length === 1
}
