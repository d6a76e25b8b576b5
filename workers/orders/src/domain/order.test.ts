import type { OrderStatus } from '@kiosk/contracts/http/orders'
import { describe, expect, it } from 'vitest'
import {
  cancel,
  cancelOutOfStock,
  confirm,
  deliver,
  note,
  onPaymentSucceeded,
  recordPayment,
  recordRefund,
  ship,
  type Order,
} from './order.ts'

const NOW = 1_000
const payment = { id: 'pay_1', version: 2 }
const entry = { type: 'payment.refunded', data: {} }

function order(change: Partial<Order> = {}): Order {
  return {
    id: 'ord_1',
    customerId: 'usr_1',
    status: 'pending',
    paymentStatus: 'unpaid',
    currency: 'USD',
    lines: [],
    subtotalMinor: 100,
    discountMinor: 0,
    shippingMinor: 0,
    taxMinor: 0,
    totalMinor: 100,
    shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
    reservationId: 'rsv_1',
    expiresAt: 0,
    paymentId: null,
    paymentVersion: 0,
    refundedMinor: 0,
    tracking: null,
    cancelReason: null,
    version: 1,
    timeline: [],
    createdAt: 0,
    updatedAt: 0,
    ...change,
  }
}

const moves = {
  confirm: (from: Order) => confirm(from, payment, NOW),
  ship: (from: Order) => ship(from, null, NOW),
  deliver: (from: Order) => deliver(from, NOW),
  cancel: (from: Order) => cancel(from, { reason: 'customer' }, NOW),
}

const allowed: Record<keyof typeof moves, Partial<Record<OrderStatus, OrderStatus>>> = {
  confirm: { pending: 'processing' },
  ship: { processing: 'shipped' },
  deliver: { shipped: 'delivered' },
  cancel: { pending: 'cancelled', processing: 'cancelled' },
}

const statuses: OrderStatus[] = ['pending', 'processing', 'shipped', 'delivered', 'cancelled']

describe.each(Object.keys(moves) as (keyof typeof moves)[])('%s', (name) => {
  it.each(statuses)('from %s goes where the table says, or is refused', (from) => {
    const decision = moves[name](order({ status: from }))
    const to = allowed[name][from]
    const expected =
      to === undefined
        ? { ok: false, refusal: { code: 'illegal_transition', from } }
        : { ok: true, value: { order: { status: to, version: 2 } } }
    expect(decision).toMatchObject(expected)
  })
})

describe('a captured payment', () => {
  it.each([
    ['pending', 'commit_stock'],
    ['processing', 'nothing'],
    ['shipped', 'nothing'],
    ['delivered', 'nothing'],
    ['cancelled', 'record'],
  ] as const)('of an order that is %s asks for: %s', (status, action) => {
    expect(onPaymentSucceeded(order({ status }), payment)).toBe(action)
  })

  it('is recorded on a cancelled order once only', () => {
    const recorded = recordPayment(order({ status: 'cancelled' }), payment, NOW).order
    expect(recorded).toMatchObject({ paymentStatus: 'paid', paymentId: 'pay_1' })
    expect(onPaymentSucceeded(recorded, payment)).toBe('nothing')
  })

  it('marks the order paid when it confirms it', () => {
    expect(confirm(order(), payment, NOW)).toMatchObject({
      value: { order: { paymentStatus: 'paid', paymentId: 'pay_1', updatedAt: NOW } },
    })
  })

  it('is kept on an order that is out of stock, so that its refund is recognised', () => {
    expect(cancelOutOfStock(order(), payment, NOW)).toMatchObject({
      value: {
        order: { status: 'cancelled', cancelReason: 'out_of_stock', paymentStatus: 'paid' },
      },
    })
  })
})

describe('a refund', () => {
  const paid = order({
    status: 'processing',
    paymentStatus: 'paid',
    paymentId: 'pay_1',
    paymentVersion: 2,
  })
  const refund = (paymentVersion: number, refundedTotalMinor: number, paymentId = 'pay_1') => ({
    paymentId,
    paymentVersion,
    refundedTotalMinor,
  })

  it.each([
    [40, 'partially_refunded'],
    [100, 'refunded'],
  ] as const)('of %i of 100 makes the payment status %s and leaves the status', (minor, status) => {
    const after = recordRefund(paid, refund(3, minor), entry, NOW).order
    expect(after).toMatchObject({ status: 'processing', paymentStatus: status })
  })

  it('that arrives late does not undo a newer one', () => {
    const newer = recordRefund(paid, refund(4, 100), entry, NOW).order
    const after = recordRefund(newer, refund(3, 40), entry, NOW).order
    expect(after).toMatchObject({ paymentStatus: 'refunded', refundedMinor: 100 })
  })

  it('of another payment than the order’s own changes nothing but the timeline', () => {
    const after = recordRefund(paid, refund(9, 100, 'pay_other'), entry, NOW)
    expect(after.order).toMatchObject({ paymentStatus: 'paid', paymentId: 'pay_1', version: 2 })
    expect(after.entry).toBe(entry)
  })

  it('that overtakes its payment counts when the payment arrives', () => {
    const early = recordRefund(order(), refund(3, 40), entry, NOW).order
    expect(early).toMatchObject({ status: 'pending', paymentStatus: 'unpaid' })
    expect(confirm(early, payment, NOW)).toMatchObject({
      value: { order: { status: 'processing', paymentStatus: 'partially_refunded' } },
    })
  })

  it('that overtakes its payment counts also when the order ends in between', () => {
    const early = recordRefund(order(), refund(3, 100), entry, NOW).order
    const ended = { ...early, status: 'cancelled' } as const
    expect(onPaymentSucceeded(ended, payment)).toBe('record')
    const { order: after } = recordPayment(ended, payment, NOW)
    expect(after).toMatchObject({ paymentStatus: 'refunded', refundedMinor: 100 })
    expect(onPaymentSucceeded(after, payment)).toBe('nothing')
  })

  it('of a payment that came too late does not count for the payment that confirms', () => {
    const early = recordRefund(order(), refund(3, 100, 'pay_late'), entry, NOW).order
    expect(confirm(early, payment, NOW)).toMatchObject({
      value: { order: { paymentStatus: 'paid', refundedMinor: 0 } },
    })
  })
})

it('a note adds to the timeline and keeps the status', () => {
  const { order: after } = note(order({ status: 'shipped' }), { type: 'x', data: {} }, NOW)
  expect(after).toMatchObject({ status: 'shipped', version: 2 })
})
