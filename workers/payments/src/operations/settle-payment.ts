import { assert } from '@kiosk/kit/assert'
import { callContext } from '@kiosk/kit/context'
import type { Statement } from '@kiosk/kit/database'
import { log } from '@kiosk/kit/log'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { bookCapture } from '../domain/ledger.ts'
import type { ChargeOutcome } from '../domain/outcome.ts'
import { settle, type GivenUp, type Payment, type Settlement } from '../domain/payment.ts'
import { backoffMs } from '../domain/schedule.ts'
import { appendEntries } from '../store/ledger-store.ts'
import { loadPaymentAndOrder, savePayment, unlessClosed } from '../store/payment-store.ts'
import { returnPayment } from '../store/refund-store.ts'
import { eventsOf } from './payment-events.ts'

const ATTEMPTS_MAX = 10

/**
 * Statements that belong to a settlement: they are written in its batch, or alone if nothing is
 * new.
 */
export type Along = (payment: Payment) => readonly Statement[]

/**
 * Takes an answer of the provider into effect, whoever brings it: the first call, a confirmation,
 * reconciliation or a webhook. The version of the payment decides which of them writes; for the
 * others there is nothing left to do. Returns the payment as it is then.
 *
 * @param written the payment as the caller has it. If it is still so, it need not be read.
 */
export async function settlePayment(
  deps: Deps,
  id: string,
  outcome: ChargeOutcome | GivenUp,
  along: Along = () => [],
  written: Payment | null = null,
): Promise<Payment> {
  const expected = written && { payment: written, orderClosed: false }
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const guessed = attempt === 0 ? expected : null
    const known = guessed ?? (await loadPaymentAndOrder(deps.db, id))
    assert(known !== null, 'a payment is written before its provider is asked')
    const { payment, orderClosed } = known
    const now = deps.now()
    const settlement = settle(payment, outcome, {
      orderClosed,
      now,
      nextCheckAt: now + backoffMs(0, deps.config),
      lastCheckAt: now + deps.config.RECONCILE_BACKOFF_MS_MAX,
    })
    if (settlement === null) {
      // Without a change, no version says whether it is still so.
      if (guessed !== null) continue
      // Whoever waits for the provider is told as soon as it can be known, and not at the next beat.
      if (payment.checkAt !== null) await deps.reconciler.arm()
      await deps.commit(along(payment))
      return payment
    }
    const needsReconciler = settlement.returns !== null || settlement.payment.checkAt !== null
    if (needsReconciler) await deps.reconciler.arm()
    const committed = await deps.commit(
      [
        ...savePayment(deps.db, settlement.payment),
        ...(orderClosed ? [] : [unlessClosed(deps.db, payment.orderId)]),
        ...capture(deps, settlement, now),
        ...along(settlement.payment),
      ],
      eventsOf(settlement),
    )
    if (committed === 'committed') {
      logSettled(settlement)
      if (needsReconciler) deps.reconciler.nudge()
      return settlement.payment
    }
  }
  // Whatever the answer was, reconciliation asks for it again.
  throw new ProblemError('unavailable', 'The payment keeps changing')
}

function capture(deps: Deps, { payment, captures, returns }: Settlement, now: number): Statement[] {
  const booked = captures ? appendEntries(deps.db, bookCapture(payment), now) : []
  if (returns === null) return booked
  const { traceparent } = callContext()
  const refundId = deps.newId('refund')
  const refund = { refundId, reason: returns, checkAt: now, traceparent, now }
  return [...booked, returnPayment(deps.db, payment.id, refund)]
}

function logSettled({ payment, returns }: Settlement): void {
  const { id: paymentId, orderId, status, failureCode } = payment
  log(returns === null ? 'info' : 'warn', 'payment settled', {
    paymentId,
    orderId,
    status,
    ...(failureCode === null ? {} : { failureCode }),
    ...(returns === null ? {} : { returns }),
  })
}
