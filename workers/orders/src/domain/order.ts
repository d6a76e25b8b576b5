import type { CancelReason } from '@kiosk/contracts/events/order'
import type { OrderStatus, PaymentStatus } from '@kiosk/contracts/http/orders'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { Address, Tracking } from '@kiosk/contracts/primitives/text'
import type { PricedLine, Totals } from './pricing.ts'

/** An order as it is kept. Amounts are minor units of `currency`, times epoch ms. */
export interface Order extends Totals {
  readonly id: string
  readonly customerId: string
  readonly status: OrderStatus
  readonly paymentStatus: PaymentStatus
  readonly currency: string
  readonly lines: readonly PricedLine[]
  readonly shippingAddress: Address
  readonly reservationId: string
  readonly expiresAt: number
  readonly paymentId: string | null
  readonly paymentVersion: number
  readonly refundedMinor: number
  readonly tracking: Tracking | null
  readonly cancelReason: CancelReason | null
  readonly version: number
  /** Everything that happened to it, oldest first: one entry per version. */
  readonly timeline: readonly TimelineEntry[]
  readonly createdAt: number
  readonly updatedAt: number
}

/** Where an order may go from each status. Every other move is refused. */
export const MOVES: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['processing', 'cancelled'],
  processing: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
}

/** What happened, for the order's timeline. */
export interface Entry {
  readonly type: string
  readonly data: Record<string, unknown>
}

/** The same, as it is kept. */
export interface TimelineEntry extends Entry {
  readonly at: number
  /** A user id, or `system`. */
  readonly actor: string
  /** The message that caused it, if one did. */
  readonly eventId?: string | undefined
}

/** A change of an order: how it is afterwards, and what its timeline says. */
export interface Transition {
  readonly order: Order
  readonly entry: Entry
}

export interface IllegalTransition {
  readonly code: 'illegal_transition'
  readonly from: OrderStatus
  readonly to: OrderStatus
}

type Decision = Result<Transition, IllegalTransition>

/** pending → processing: the payment is captured and the stock deducted. */
export function confirm(order: Order, payment: CapturedPayment, now: number): Decision {
  const paid = withPayment(order, payment)
  return move(paid, 'processing', {}, { paymentId: payment.id }, now)
}

/** processing → shipped. */
export function ship(order: Order, tracking: Tracking | null, now: number): Decision {
  return move(order, 'shipped', { tracking }, tracking === null ? {} : { tracking }, now)
}

/** shipped → delivered. */
export function deliver(order: Order, now: number): Decision {
  return move(order, 'delivered', {}, {}, now)
}

/** pending or processing → cancelled. */
export function cancel(
  order: Order,
  { reason, note }: { reason: CancelReason; note?: string },
  now: number,
): Decision {
  const data = { reason, ...(note === undefined ? {} : { note }) }
  return move(order, 'cancelled', { cancelReason: reason }, data, now)
}

/** pending → cancelled because what was paid for is sold out; the payment is kept, for its refund. */
export function cancelOutOfStock(order: Order, payment: CapturedPayment, now: number): Decision {
  return cancel(withPayment(order, payment), { reason: 'out_of_stock' }, now)
}

function move(
  order: Order,
  to: OrderStatus,
  change: Partial<Order>,
  data: Record<string, unknown>,
  now: number,
): Decision {
  if (!MOVES[order.status].includes(to)) {
    return refuse({ code: 'illegal_transition', from: order.status, to })
  }
  const type = to === 'processing' ? 'order.confirmed' : `order.${to}`
  return ok(next({ ...order, ...change, status: to }, { type, data }, now))
}

/** Adds an entry to the timeline without changing the status. */
export function note(order: Order, entry: Entry, now: number): Transition {
  return next(order, entry, now)
}

function next(order: Order, entry: Entry, now: number): Transition {
  return { order: { ...order, version: order.version + 1, updatedAt: now }, entry }
}

/** A payment that was captured in full, as of a version of it. */
export interface CapturedPayment {
  readonly id: string
  readonly version: number
}

/** A refund as the order hears of it: how much of its payment is refunded by now. */
export interface RefundNews {
  readonly paymentId: string
  readonly paymentVersion: number
  readonly refundedTotalMinor: number
}

/** What a captured payment asks of an order. */
export function onPaymentSucceeded(
  order: Order,
  payment: CapturedPayment,
): 'commit_stock' | 'nothing' | 'record' {
  switch (order.status) {
    case 'pending':
      return 'commit_stock'
    case 'cancelled':
      // Payments refunds it by itself: it knows that the order is closed.
      return isNews(order, payment) ? 'record' : 'nothing'
    case 'processing':
    case 'shipped':
    case 'delivered':
      return 'nothing'
  }
}

/** A cancelled order learns that it was paid all the same. */
export function recordPayment(order: Order, payment: CapturedPayment, now: number): Transition {
  const entry = { type: 'payment.succeeded', data: { paymentId: payment.id } }
  return next(withPayment(order, payment), entry, now)
}

/**
 * A refund changes the payment status, never the status. A refund of another payment than the order's own
 * (one that was captured too late, for example) leaves it as it is. On a pending order the refund is kept
 * for the `payment.succeeded` that it has overtaken.
 */
export function recordRefund(
  order: Order,
  refund: RefundNews,
  entry: Entry,
  now: number,
): Transition {
  const isOwn = order.paymentId === refund.paymentId
  const applies = isOwn ? refund.paymentVersion > order.paymentVersion : order.paymentId === null
  if (!applies) return next(order, entry, now)
  const refunded = {
    ...order,
    paymentId: refund.paymentId,
    paymentVersion: refund.paymentVersion,
    refundedMinor: refund.refundedTotalMinor,
  }
  const paymentStatus = order.status === 'pending' ? 'unpaid' : paymentStatusOf(refunded)
  return next({ ...refunded, paymentStatus }, entry, now)
}

function isNews(order: Order, payment: CapturedPayment): boolean {
  if (order.paymentId !== payment.id || order.paymentVersion < payment.version) return true
  // It knows of a refund that has overtaken the payment.
  return order.paymentStatus === 'unpaid'
}

function withPayment(order: Order, payment: CapturedPayment): Order {
  const isOwn = order.paymentId === payment.id
  const known = {
    ...order,
    paymentId: payment.id,
    paymentVersion: isOwn ? Math.max(order.paymentVersion, payment.version) : payment.version,
    refundedMinor: isOwn ? order.refundedMinor : 0,
  }
  return { ...known, paymentStatus: paymentStatusOf(known) }
}

function paymentStatusOf({ refundedMinor, totalMinor }: Order): PaymentStatus {
  if (refundedMinor === 0) return 'paid'
  return refundedMinor < totalMinor ? 'partially_refunded' : 'refunded'
}
