import { unreachable } from '@kiosk/kit/assert'
import type { ChargeOutcome } from './outcome.ts'

export type PaymentStatus = 'processing' | 'requires_action' | 'succeeded' | 'failed' | 'voided'

/** An attempt to pay an order in full. Amounts in minor units, times in epoch ms. */
export interface Payment {
  readonly id: string
  readonly orderId: string
  readonly customerId: string
  readonly amountMinor: number
  readonly currency: string
  readonly provider: string
  /** The provider's own id of it, if it gives one. */
  readonly providerRef: string | null
  readonly status: PaymentStatus
  readonly failureCode: string | null
  /**
   * All or nothing. On a `failed` or `voided` payment: the success came too late and is refunded.
   */
  readonly capturedMinor: number
  readonly refundedMinor: number
  readonly version: number
  /** No call to the provider that may still charge runs past this moment. */
  readonly answerBy: number
  /** When reconciliation looks next; null when there is nothing left to learn. */
  readonly checkAt: number | null
  readonly checks: number
  readonly traceparent: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** Why captured money is given back without anybody asking. */
export type ReturnReason = 'order_cancelled' | 'order_closed' | 'captured_late'

/** The failure code of a payment that never reached the provider. */
export const PROVIDER_UNREACHABLE = 'provider_unreachable'

/** What becomes of a payment. */
export interface Settlement {
  readonly payment: Payment
  /** The event that tells of it. */
  readonly says: 'payment.succeeded' | 'payment.failed' | 'payment.action_required' | null
  /** The money is there: it goes into the ledger. */
  readonly captures: boolean
  /** The money may not be kept: it goes back in full. */
  readonly returns: ReturnReason | null
}

/**
 * What reconciliation concludes when a provider neither knows a charge nor can cancel its key, long
 * after the call is over.
 */
export interface GivenUp {
  readonly status: 'given_up'
  readonly reference?: undefined
}

export interface Circumstances {
  readonly orderClosed: boolean
  readonly now: number
  /** When to look again at a payment that waits for its customer. */
  readonly nextCheckAt: number
  /** When to look for the last time at one that was given up. */
  readonly lastCheckAt: number
}

/**
 * Decides what an answer of the provider means for a payment as it is now, or null when it means
 * nothing new. The same answer may come from the first call, a confirmation, reconciliation and a
 * webhook, in any order and more than once.
 */
export function settle(
  payment: Payment,
  outcome: ChargeOutcome | GivenUp,
  at: Circumstances,
): Settlement | null {
  const { reference } = outcome
  const isNewReference = reference !== undefined && payment.providerRef === null
  const known = isNewReference ? { ...payment, providerRef: reference } : payment
  const settlement = decide(known, outcome, at)
  if (settlement !== null || !isNewReference) return settlement
  const { checkAt, checks } = payment
  return become(known, { checkAt, checks }, at)
}

function decide(
  payment: Payment,
  outcome: ChargeOutcome | GivenUp,
  at: Circumstances,
): Settlement | null {
  switch (payment.status) {
    case 'processing':
    case 'requires_action':
      return settleActive(payment, outcome, at)
    case 'succeeded':
      return null
    case 'failed':
    case 'voided':
      return settleEnded(payment, outcome, at)
    default:
      return unreachable(payment.status)
  }
}

function settleActive(
  payment: Payment,
  outcome: ChargeOutcome | GivenUp,
  at: Circumstances,
): Settlement | null {
  switch (outcome.status) {
    case 'succeeded': {
      const captured = { status: 'succeeded', capturedMinor: payment.amountMinor } as const
      return at.orderClosed
        ? become(payment, captured, at, { captures: true, returns: 'order_closed' })
        : become(payment, captured, at, { captures: true, says: 'payment.succeeded' })
    }
    case 'requires_action':
      if (at.orderClosed) return become(payment, { status: 'voided', checkAt: at.now }, at)
      if (payment.status === 'requires_action') return null
      return become(payment, { status: 'requires_action', checkAt: at.nextCheckAt }, at, {
        says: 'payment.action_required',
      })
    case 'declined':
      return fail(payment, outcome.failureCode, at)
    case 'cancelled':
      return payment.status === 'processing'
        ? fail(payment, PROVIDER_UNREACHABLE, at)
        : become(payment, { status: 'voided' }, at)
    case 'given_up':
      return fail(payment, PROVIDER_UNREACHABLE, at, at.lastCheckAt)
    case 'pending':
    case 'unknown':
      return null
  }
}

/** A payment that failed or was voided captures nothing; if it did all the same, that goes back. */
function settleEnded(
  payment: Payment,
  outcome: ChargeOutcome | GivenUp,
  at: Circumstances,
): Settlement | null {
  const isLookedAfter = payment.checkAt !== null
  switch (outcome.status) {
    case 'succeeded': {
      if (payment.capturedMinor === payment.amountMinor) return null
      const captured = { capturedMinor: payment.amountMinor }
      return become(payment, captured, at, { captures: true, returns: 'captured_late' })
    }
    case 'requires_action':
      return isLookedAfter ? null : become(payment, { checkAt: at.now }, at)
    case 'declined':
    case 'cancelled':
    case 'unknown':
    case 'given_up':
      return isLookedAfter ? become(payment, {}, at) : null
    case 'pending':
      return null
  }
}

function fail(
  payment: Payment,
  failureCode: string,
  at: Circumstances,
  checkAt: number | null = null,
): Settlement {
  return become(payment, { status: 'failed', failureCode, checkAt }, at, { says: 'payment.failed' })
}

/** Nothing is left to learn of what has changed, unless the change says when to look again. */
function become(
  payment: Payment,
  change: Partial<Payment>,
  at: Circumstances,
  effects: Partial<Omit<Settlement, 'payment'>> = {},
): Settlement {
  return {
    payment: {
      ...payment,
      checkAt: null,
      checks: 0,
      ...change,
      version: payment.version + 1,
      updatedAt: at.now,
    },
    says: null,
    captures: false,
    returns: null,
    ...effects,
  }
}
