import { describe, expect, it } from 'vitest'
import type { ChargeOutcome } from './outcome.ts'
import { settle, type Payment, type PaymentStatus } from './payment.ts'

const NOW = 1_000
const NEXT = 6_000
const LAST = 600_000
const open = { orderClosed: false, now: NOW, nextCheckAt: NEXT, lastCheckAt: LAST }
const closed = { ...open, orderClosed: true }

function payment(change: Partial<Payment> = {}): Payment {
  return {
    id: 'pay_1',
    orderId: 'ord_1',
    customerId: 'usr_1',
    amountMinor: 1999,
    currency: 'USD',
    provider: 'simulated',
    providerRef: null,
    status: 'processing',
    failureCode: null,
    capturedMinor: 0,
    refundedMinor: 0,
    version: 1,
    answerBy: 500,
    checkAt: 500,
    checks: 3,
    traceparent: '',
    createdAt: 0,
    updatedAt: 0,
    ...change,
  }
}

const OUTCOMES: Record<string, ChargeOutcome> = {
  succeeded: { status: 'succeeded' },
  requires_action: { status: 'requires_action' },
  declined: { status: 'declined', failureCode: 'card_declined' },
  cancelled: { status: 'cancelled' },
  pending: { status: 'pending' },
  unknown: { status: 'unknown' },
}

type Row = [PaymentStatus, keyof typeof OUTCOMES, string | null, string | null]

describe('what an answer means', () => {
  // Status and answer, then the status that follows (null: nothing new) and the event that tells
  // it.
  it.each<Row>([
    ['processing', 'succeeded', 'succeeded', 'payment.succeeded'],
    ['processing', 'requires_action', 'requires_action', 'payment.action_required'],
    ['processing', 'declined', 'failed', 'payment.failed'],
    ['processing', 'cancelled', 'failed', 'payment.failed'],
    ['processing', 'pending', null, null],
    ['processing', 'unknown', null, null],
    ['requires_action', 'succeeded', 'succeeded', 'payment.succeeded'],
    ['requires_action', 'requires_action', null, null],
    ['requires_action', 'declined', 'failed', 'payment.failed'],
    ['requires_action', 'cancelled', 'voided', null],
    ['requires_action', 'pending', null, null],
    ['requires_action', 'unknown', null, null],
    ['succeeded', 'succeeded', null, null],
    ['succeeded', 'requires_action', null, null],
    ['succeeded', 'declined', null, null],
    ['succeeded', 'cancelled', null, null],
    ['succeeded', 'pending', null, null],
    ['succeeded', 'unknown', null, null],
    ['failed', 'succeeded', 'failed', null],
    ['failed', 'requires_action', 'failed', null],
    ['failed', 'declined', null, null],
    ['failed', 'cancelled', null, null],
    ['failed', 'pending', null, null],
    ['failed', 'unknown', null, null],
    ['voided', 'succeeded', 'voided', null],
    ['voided', 'requires_action', 'voided', null],
    ['voided', 'declined', null, null],
    ['voided', 'cancelled', null, null],
    ['voided', 'pending', null, null],
    ['voided', 'unknown', null, null],
  ])('%s and %s: %s, says %s', (status, answer, next, says) => {
    const isOver = status !== 'processing' && status !== 'requires_action'
    const captured = status === 'succeeded' ? { capturedMinor: 1999 } : {}
    const before = payment({ status, ...captured, ...(isOver ? { checkAt: null } : {}) })
    const settlement = settle(before, OUTCOMES[answer] ?? { status: 'unknown' }, open)
    expect(settlement?.payment.status ?? null).toBe(next)
    expect(settlement?.says ?? null).toBe(says)
    if (settlement !== null) expect(settlement.payment.version).toBe(2)
  })
})

describe('a success', () => {
  it('captures the full amount, and there is nothing left to look for', () => {
    expect(settle(payment(), { status: 'succeeded' }, open)).toMatchObject({
      payment: { capturedMinor: 1999, checkAt: null, checks: 0, updatedAt: NOW },
      captures: true,
      returns: null,
    })
  })

  it('for a closed order is captured, untold, and goes back', () => {
    expect(settle(payment(), { status: 'succeeded' }, closed)).toMatchObject({
      payment: { status: 'succeeded', capturedMinor: 1999 },
      says: null,
      captures: true,
      returns: 'order_closed',
    })
  })

  it.each(['failed', 'voided'] as const)(
    'of a %s payment is captured once and goes back',
    (status) => {
      const late = settle(payment({ status, checkAt: null }), { status: 'succeeded' }, open)
      expect(late).toMatchObject({ captures: true, returns: 'captured_late', says: null })
      expect(late && settle(late.payment, { status: 'succeeded' }, open)).toBeNull()
    },
  )
})

describe('a charge that requires action', () => {
  it('is looked at again later', () => {
    const settlement = settle(payment(), { status: 'requires_action' }, open)
    expect(settlement?.payment.checkAt).toBe(NEXT)
  })

  it('for a closed order is voided, at the provider too', () => {
    const settlement = settle(payment(), { status: 'requires_action' }, closed)
    expect(settlement).toMatchObject({ payment: { status: 'voided', checkAt: NOW }, says: null })
  })

  it('of a payment that has ended is voided at the provider, once', () => {
    const ended = payment({ status: 'failed', failureCode: 'provider_unreachable', checkAt: null })
    const settlement = settle(ended, { status: 'requires_action' }, open)
    expect(settlement?.payment).toMatchObject({ status: 'failed', checkAt: NOW })
    expect(settlement && settle(settlement.payment, { status: 'requires_action' }, open)).toBeNull()
  })
})

it.each(['cancelled', 'declined', 'unknown'])('a void is done when the charge is %s', (answer) => {
  const outcome = OUTCOMES[answer] ?? { status: 'pending' }
  const settlement = settle(payment({ status: 'voided' }), outcome, open)
  expect(settlement).toMatchObject({ payment: { status: 'voided', checkAt: null }, says: null })
})

it('is looked at once more when it was given up', () => {
  const settlement = settle(payment(), { status: 'given_up' }, open)
  expect(settlement).toMatchObject({
    payment: { status: 'failed', failureCode: 'provider_unreachable', checkAt: LAST },
    says: 'payment.failed',
  })
  const last = settlement && settle(settlement.payment, { status: 'unknown' }, open)
  expect(last?.payment).toMatchObject({ status: 'failed', checkAt: null })
})

it('says why it failed', () => {
  const failure = (outcome: ChargeOutcome) => settle(payment(), outcome, open)?.payment.failureCode
  expect(failure({ status: 'declined', failureCode: 'card_declined' })).toBe('card_declined')
  expect(failure({ status: 'cancelled' })).toBe('provider_unreachable')
})

it('keeps the id that the provider gives, even with an answer that is none', () => {
  const pending = settle(payment(), { status: 'pending', reference: 'ch_1' }, open)
  expect(pending?.payment).toMatchObject({ status: 'processing', providerRef: 'ch_1', version: 2 })
  // It still has no answer, so it is still looked after.
  expect(pending?.payment.checkAt).not.toBeNull()
  const again = pending && settle(pending.payment, { status: 'pending', reference: 'ch_2' }, open)
  expect(again).toBeNull()
})
