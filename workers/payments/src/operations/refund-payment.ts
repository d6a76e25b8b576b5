import type { RefundRequest, RefundView } from '@kiosk/contracts/http/payments'
import { isUniqueViolation } from '@kiosk/kit/commit'
import { callContext } from '@kiosk/kit/context'
import { once } from '@kiosk/kit/idempotency'
import { isBusy } from '@kiosk/kit/overload'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import type { RefundOutcome } from '../domain/outcome.ts'
import type { Payment } from '../domain/payment.ts'
import { refundAmount, type Refund } from '../domain/refund.ts'
import { insertRefund, loadLeft, loadRefund } from '../store/refund-store.ts'
import { viewRefund } from '../view.ts'
import { askProvider } from './ask-provider.ts'
import { settleRefund } from './settle-refund.ts'

interface RefundPayment {
  readonly principalId: string
  readonly idempotencyKey: string
  readonly payment: Payment
  readonly request: RefundRequest
}

/** Refunds a payment in part or in full: reserve the amount, then have the provider pay it back. */
export function refundPayment(
  deps: Deps,
  { principalId, idempotencyKey, payment, request }: RefundPayment,
): Promise<{ answer: RefundView; replayed: boolean }> {
  const claimed = {
    route: 'POST /v1/payments/{id}/refunds',
    customerId: principalId,
    key: idempotencyKey,
    body: { paymentId: payment.id, ...request },
    leaseMs: deps.config.PAYMENT_LEASE_MS,
    newResourceId: () => deps.newId('refund'),
  }
  return once(deps.db, claimed, async (claim) => {
    const begun = claim.isTakenOver ? await loadRefund(deps.db, claim.resourceId) : null
    const refund = begun ?? (await reserve(deps, claim.resourceId, payment, request))
    const outcome = await payBack(deps, payment, refund).catch(whenBusy)
    const answered = (settled: Refund) => [claim.answered(viewRefund(settled))]
    return viewRefund(await settleRefund(deps, refund.id, outcome, answered))
  })
}

/** A busy provider gets the refund from reconciliation, which needs nobody for it. */
function whenBusy(error: unknown): RefundOutcome {
  if (isBusy(error)) return { status: 'pending' }
  throw error
}

/**
 * Hands a refund to the provider of its payment. Its id makes that repeatable.
 * @throws Busy
 */
export async function payBack(
  deps: Deps,
  payment: Payment,
  refund: Refund,
): Promise<RefundOutcome> {
  if (refund.status !== 'processing') return { status: 'pending' }
  const { id: key, amountMinor, currency } = refund
  return askProvider(deps, payment, (provider, charge) =>
    provider.refund({ key, charge, amountMinor, currency }),
  )
}

const ATTEMPTS_MAX = 10

/**
 * Writes the refund as `processing`, which reserves its amount, before the provider hears of it.
 */
async function reserve(
  deps: Deps,
  id: string,
  payment: Payment,
  { amount, reason }: RefundRequest,
): Promise<Refund> {
  // Armed before the insert: whatever happens after it, the alarm looks what became of the refund.
  await deps.reconciler.arm()
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const { capturedMinor, currency } = payment
    const leftMinor = await loadLeft(deps.db, payment.id)
    const amountMinor = refundAmount(amount, { capturedMinor, leftMinor, currency })
    if (typeof amountMinor === 'string') {
      throw new ProblemError(amountMinor, `${leftMinor} ${currency} (minor units) can be refunded`)
    }
    const now = deps.now()
    const refund: Refund = {
      id,
      paymentId: payment.id,
      amountMinor,
      currency,
      reason,
      status: 'processing',
      failureCode: null,
      checkAt: now + deps.config.RECONCILE_FIRST_MS,
      checks: 0,
      traceparent: callContext().traceparent,
      createdAt: now,
      updatedAt: now,
    }
    try {
      const outcome = await deps.commit(insertRefund(deps.db, refund))
      if (outcome === 'committed') return refund
    } catch (error) {
      if (!isUniqueViolation(error, 'refunds.id')) throw error
      // Another attempt with this key was faster: it is the same refund.
      return (await loadRefund(deps.db, id)) ?? refund
    }
  }
  throw new ProblemError('conflict', 'The payment is being refunded by others')
}
