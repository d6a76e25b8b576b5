import { assert } from '@kiosk/kit/assert'
import type { Statement } from '@kiosk/kit/database'
import { log } from '@kiosk/kit/log'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { bookRefund } from '../domain/ledger.ts'
import type { RefundOutcome } from '../domain/outcome.ts'
import type { Refund } from '../domain/refund.ts'
import { backoffMs } from '../domain/schedule.ts'
import { appendEntries } from '../store/ledger-store.ts'
import { loadPayment, savePayment } from '../store/payment-store.ts'
import { countFailedRefunds, loadRefund, returnPayment, saveRefund } from '../store/refund-store.ts'
import { refundedEvent } from './payment-events.ts'

const ATTEMPTS_MAX = 10

/**
 * Statements that belong to a settlement: they are written in its batch, or alone if nothing is
 * new.
 */
export type AlongRefund = (refund: Refund) => readonly Statement[]

/**
 * Takes an answer of the provider to a refund into effect, once, whoever brings it. Returns the
 * refund as it is then.
 */
export async function settleRefund(
  deps: Deps,
  id: string,
  outcome: RefundOutcome,
  along: AlongRefund = () => [],
): Promise<Refund> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const refund = await loadRefund(deps.db, id)
    assert(refund !== null, 'a refund is written before its provider is asked')
    if (refund.status !== 'processing') return keep(deps, refund, along)
    let settled: Refund | null
    switch (outcome.status) {
      case 'succeeded':
        settled = await succeed(deps, refund, along)
        break
      case 'refused':
        settled = await fail(deps, refund, outcome.failureCode, along)
        break
      case 'pending':
      case 'unknown':
        return keep(deps, refund, along)
    }
    if (settled !== null) {
      logSettled(settled)
      return settled
    }
  }
  // Whatever the answer was, reconciliation asks for it again.
  throw new ProblemError('unavailable', 'The refund keeps changing')
}

async function keep(deps: Deps, refund: Refund, along: AlongRefund): Promise<Refund> {
  await deps.commit(along(refund))
  return refund
}

/** The money went back. Null when the payment has changed since it was read. */
async function succeed(deps: Deps, refund: Refund, along: AlongRefund): Promise<Refund | null> {
  const payment = await loadPayment(deps.db, refund.paymentId)
  assert(payment !== null, 'a refund has a payment')
  const now = deps.now()
  const settled: Refund = { ...refund, status: 'succeeded', checkAt: null, updatedAt: now }
  const refunded = {
    ...payment,
    refundedMinor: payment.refundedMinor + refund.amountMinor,
    version: payment.version + 1,
    updatedAt: now,
  }
  const outcome = await deps.commit(
    [
      ...saveRefund(deps.db, settled),
      ...savePayment(deps.db, refunded),
      ...appendEntries(deps.db, bookRefund(refund), now),
      ...along(settled),
    ],
    [refundedEvent(refunded, settled)],
  )
  return outcome === 'committed' ? settled : null
}

/**
 * Nothing went back, so the amount is free again. If the money may not be kept, another refund
 * tries again later, for all that is left: the provider may refuse for a while (a balance too low),
 * never for good.
 */
async function fail(
  deps: Deps,
  refund: Refund,
  failureCode: string,
  along: AlongRefund,
): Promise<Refund | null> {
  const now = deps.now()
  const settled: Refund = {
    ...refund,
    status: 'failed',
    failureCode,
    checkAt: null,
    updatedAt: now,
  }
  const failures = await countFailedRefunds(deps.db, refund.paymentId)
  await deps.reconciler.arm()
  const outcome = await deps.commit([
    ...saveRefund(deps.db, settled),
    returnPayment(deps.db, refund.paymentId, {
      refundId: deps.newId('refund'),
      reason: refund.reason,
      checkAt: now + backoffMs(failures, deps.config),
      traceparent: refund.traceparent,
      now,
    }),
    ...along(settled),
  ])
  if (outcome !== 'committed') return null
  deps.reconciler.nudge()
  return settled
}

function logSettled(refund: Refund): void {
  const { id, paymentId, amountMinor, currency, status, failureCode } = refund
  const facts = { refundId: id, paymentId, amountMinor, currency, status, failureCode }
  log(failureCode === null ? 'info' : 'error', 'refund settled', facts)
}
