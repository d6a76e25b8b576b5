import type { InitiatePaymentRequest, PaymentView } from '@kiosk/contracts/http/payments'
import type { PayableOrder, PayableRefusal } from '@kiosk/contracts/rpc/orders'
import { isUniqueViolation } from '@kiosk/kit/commit'
import { callContext } from '@kiosk/kit/context'
import { once, type Claim } from '@kiosk/kit/idempotency'
import { isBusy } from '@kiosk/kit/overload'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import type { ChargeOutcome } from '../domain/outcome.ts'
import type { Payment } from '../domain/payment.ts'
import { insertPayment, loadActivePayment, loadPayment, noteCall } from '../store/payment-store.ts'
import { viewPayment } from '../view.ts'
import { askProvider, callTimes } from './ask-provider.ts'
import { settlePayment } from './settle-payment.ts'

interface InitiatePayment {
  readonly principalId: string
  /** Whose orders the caller may pay; null: everybody's. */
  readonly customerId: string | null
  readonly idempotencyKey: string
  readonly request: InitiatePaymentRequest
}

/**
 * Pays an order: claim the key, have the order held for as long as paying takes, write the payment, then
 * charge. A crash at any point leaves a payment that reconciliation settles; the same key finds it and
 * finishes the work.
 */
export function initiatePayment(
  deps: Deps,
  { principalId, customerId, idempotencyKey, request }: InitiatePayment,
): Promise<{ answer: PaymentView; replayed: boolean }> {
  const { orderId, token } = request
  const claimed = {
    route: 'POST /v1/payments',
    customerId: principalId,
    key: idempotencyKey,
    body: request,
    leaseMs: deps.config.PAYMENT_LEASE_MS,
    newResourceId: () => deps.newId('payment'),
  }
  return once(deps.db, claimed, async (claim) => {
    const begun = claim.isTakenOver ? await resume(deps, claim) : null
    const attempt = begun ?? (await begin(deps, claim.resourceId, { orderId, customerId }))
    const outcome = await charge(deps, attempt, token)
    const answered = (settled: Payment) => [claim.answered(viewPayment(settled))]
    const { payment } = attempt
    return viewPayment(await settlePayment(deps, payment.id, outcome, answered, payment))
  })
}

interface Attempt {
  readonly payment: Payment
  /** Whether the provider is to charge it (again: the key makes that one charge). */
  readonly isChargeable: boolean
}

/** What an attempt that was never answered has left behind, or null. */
async function resume(deps: Deps, claim: Claim): Promise<Attempt | null> {
  const payment = await loadPayment(deps.db, claim.resourceId)
  if (payment === null) return null
  await deps.reconciler.arm()
  const call = { id: payment.id, status: 'processing', ...callTimes(deps) } as const
  return { payment, isChargeable: await noteCall(deps.db, call) }
}

async function charge(
  deps: Deps,
  { payment, isChargeable }: Attempt,
  token: string,
): Promise<ChargeOutcome> {
  if (!isChargeable) return { status: 'pending' }
  // There is nothing to charge for an order that costs nothing.
  if (payment.amountMinor === 0) return { status: 'succeeded' }
  const { amountMinor, currency } = payment
  try {
    return await askProvider(deps, payment, (provider, ref) =>
      provider.charge({ ...ref, amountMinor, currency, token }),
    )
  } catch (error) {
    if (isBusy(error)) await awaitCustomer(deps, payment, error.retryAfterSeconds)
    throw error
  }
}

const WAIT_MS_MAX = 60_000

/**
 * The provider is busy, and only the customer has the card: keeps the payment until the same key can
 * have come again. If it does not, reconciliation fails the payment, and the order is payable again.
 */
async function awaitCustomer(
  deps: Deps,
  { id }: Payment,
  retryAfterSeconds: number,
): Promise<void> {
  const waitMs = Math.min(retryAfterSeconds * 1000, WAIT_MS_MAX)
  await noteCall(deps.db, { id, status: 'processing', ...callTimes(deps, waitMs) })
}

const ATTEMPTS_MAX = 3

/** Writes the payment as `processing`, before the provider hears of it. */
async function begin(
  deps: Deps,
  id: string,
  request: { readonly orderId: string; readonly customerId: string | null },
): Promise<Attempt> {
  const payable = await deps.orders.payable(callContext(), request)
  if (!payable.ok) throw toProblem(payable.refusal)
  // Awake before the insert: whatever happens after it, reconciliation looks what became of the payment.
  await deps.reconciler.awake()
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const payment = draft(deps, id, payable.value)
    try {
      const outcome = await deps.commit(insertPayment(deps.db, payment))
      if (outcome === 'committed') return { payment, isChargeable: true }
      throw new ProblemError('order_not_payable', 'The order is closed')
    } catch (error) {
      if (!isUniqueViolation(error, 'payments.')) throw error
    }
    // Another attempt with this key was faster: it is the same payment.
    const same = await loadPayment(deps.db, id)
    if (same !== null) return { payment: same, isChargeable: same.status === 'processing' }
    await makeWay(deps, request.orderId)
  }
  throw inProgress()
}

/** Ends the payment that an order has, if it only waits for its customer. */
async function makeWay(deps: Deps, orderId: string): Promise<void> {
  const other = await loadActivePayment(deps.db, orderId)
  if (other === null) return
  if (other.status !== 'requires_action') throw inProgress()
  const outcome = await askProvider(deps, other, (provider, ref) => provider.cancel(ref))
  if (outcome.status === 'pending') {
    throw new ProblemError('unavailable', 'The earlier payment could not be voided yet')
  }
  await settlePayment(deps, other.id, outcome)
}

function inProgress(): ProblemError {
  return new ProblemError('payment_in_progress')
}

function toProblem(refusal: PayableRefusal): ProblemError {
  return refusal.code === 'not_found'
    ? new ProblemError('not_found', 'There is no such order')
    : new ProblemError('order_not_payable', refusal.detail)
}

function draft(deps: Deps, id: string, order: PayableOrder): Payment {
  const now = deps.now()
  return {
    id,
    orderId: order.orderId,
    customerId: order.customerId,
    amountMinor: order.amount.amountMinor,
    currency: order.amount.currency,
    provider: deps.config.PAYMENT_PROVIDER,
    providerRef: null,
    status: 'processing',
    failureCode: null,
    capturedMinor: 0,
    refundedMinor: 0,
    version: 1,
    ...callTimes(deps),
    checks: 0,
    traceparent: callContext().traceparent,
    createdAt: now,
    updatedAt: now,
  }
}
