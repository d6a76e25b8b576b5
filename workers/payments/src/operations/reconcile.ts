import { assert } from '@kiosk/kit/assert'
import { systemContext, withContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import { isBusy, transience } from '@kiosk/kit/overload'
import type { Deps } from '../deps.ts'
import type { ChargeOutcome } from '../domain/outcome.ts'
import type { GivenUp, Payment } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import { backoffMs } from '../domain/schedule.ts'
import { loadPayment } from '../store/payment-store.ts'
import { loadDue, nextCheckAt, postponeCheck } from '../store/reconciliation-store.ts'
import { payments, refunds } from '../store/schema.ts'
import { askProvider } from './ask-provider.ts'
import { payBack } from './refund-payment.ts'
import { settlePayment } from './settle-payment.ts'
import { settleRefund } from './settle-refund.ts'

const PAGE = 10
const ROUNDS_MAX = 100

/**
 * Asks the providers what became of everything that is due for a look, and settles it. Returns when
 * the next look is due, epoch ms, or null.
 */
export async function reconcile(deps: Deps): Promise<number | null> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const due = await loadDue(deps.db, deps.now(), PAGE)
    if (due.payments.length + due.refunds.length === 0) break
    await Promise.all([
      ...due.payments.map((payment) => look(deps, payments, payment, reconcilePayment)),
      ...due.refunds.map((refund) => look(deps, refunds, refund, reconcileRefund)),
    ])
  }
  return nextCheckAt(deps.db)
}

/**
 * Looks at one of them, in the trace of the request that made it. What fails is looked at again
 * later.
 */
async function look<Row extends Payment | Refund>(
  deps: Deps,
  table: typeof payments | typeof refunds,
  row: Row,
  work: (deps: Deps, row: Row) => Promise<void>,
): Promise<void> {
  const checkAt = deps.now() + backoffMs(row.checks, deps.config)
  if (!(await postponeCheck(deps.db, table, row, checkAt))) return
  await withContext(systemContext('payments', row.traceparent), async () => {
    try {
      await work(deps, row)
    } catch (error) {
      const waitMs = isBusy(error) ? error.retryAfterSeconds * 1000 : 0
      const later = deps.now() + waitMs
      if (later > checkAt) await postponeCheck(deps.db, table, { ...row, checkAt }, later)
      const level = transience(error) === null ? 'error' : 'warn'
      log(level, 'reconciliation failed', { id: row.id, error: describeError(error) })
    }
  })
}

async function reconcilePayment(deps: Deps, payment: Payment): Promise<void> {
  await settlePayment(deps, payment.id, await learn(deps, payment))
}

/** Finds out what became of a payment, or sees to it that nothing will. */
async function learn(deps: Deps, payment: Payment): Promise<ChargeOutcome | GivenUp> {
  if (payment.amountMinor === 0) return { status: 'succeeded' }
  const cancel = () => askProvider(deps, payment, (provider, ref) => provider.cancel(ref))
  if (payment.status === 'failed' || payment.status === 'voided') return cancel()
  const found = await askProvider(deps, payment, (provider, ref) => provider.find(ref))
  if (found.status !== 'unknown' || payment.status !== 'processing') return found
  // Not known there is not a failure yet: the charge may be on its way until the call's own
  // timeout. After that it is cancelled by key, so that it cannot arrive later, and has failed.
  if (deps.now() < payment.answerBy) return { status: 'pending' }
  const cancelled = await cancel()
  return cancelled.status === 'unknown' ? { status: 'given_up' } : cancelled
}

async function reconcileRefund(deps: Deps, refund: Refund): Promise<void> {
  const payment = await loadPayment(deps.db, refund.paymentId)
  assert(payment !== null, 'a refund has a payment')
  const { id: key, amountMinor, currency } = refund
  const found = await askProvider(deps, payment, (provider, charge) =>
    provider.findRefund({ key, charge, amountMinor, currency }),
  )
  const outcome = found.status === 'unknown' ? await payBack(deps, payment, refund) : found
  await settleRefund(deps, refund.id, outcome)
}
