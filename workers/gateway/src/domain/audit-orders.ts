import { toInstant } from '@kiosk/contracts/primitives/time'
import type {
  Finding,
  OrderBrief,
  OrderFacts,
  PaymentFacts,
  ReservationFacts,
} from '@kiosk/contracts/rpc/audit'

/** A violation, and whose data it is in. */
export type Found = Finding & { readonly service: string }

/** An order with what payments and inventory know of it. */
export interface OrderWorld {
  readonly order: OrderFacts
  readonly payments: readonly PaymentFacts[]
  /** Its own reservation, in the objects of its SKUs. */
  readonly reservations: readonly ReservationFacts[]
}

/**
 * What does not fit together about an order. What changed after `cutoff` (epoch ms) may still be on its way,
 * or was read at another moment than the rest: nothing is concluded from it.
 */
export function auditOrder(world: OrderWorld, cutoff: number): Found[] {
  const { order } = world
  if (order.updatedAt > cutoff) return []
  const payments = world.payments.every(({ updatedAt }) => updatedAt <= cutoff)
  const stock = world.reservations.every(({ changedAt }) => changedAt <= cutoff)
  switch (order.status) {
    case 'pending':
      return stock ? auditPending(world) : []
    case 'processing':
    case 'shipped':
    case 'delivered':
      return [...(payments ? auditPaid(world) : []), ...(stock ? auditSold(world) : [])]
    case 'cancelled':
      return [...(payments ? auditVoided(world) : []), ...(stock ? auditReturned(world) : [])]
  }
}

/** A pending order holds its stock, unless it is paid: then its payment tells what is wrong. */
function auditPending({ order, payments, reservations }: OrderWorld): Found[] {
  if (payments.some(({ status }) => status === 'succeeded')) return []
  const bySku = new Map(reservations.map((line) => [line.sku, line]))
  return order.lines.flatMap(({ sku }) => {
    const state = bySku.get(sku)?.state ?? 'unknown'
    if (state === 'held' || state === 'pinned' || state === 'committed') return []
    const { orderId, reservationId } = order
    return [
      {
        service: 'orders',
        invariant: 'pending_order_without_stock',
        ids: { orderId, reservationId, sku },
        detail: `It is pending since ${toInstant(order.updatedAt)}, but its reservation is ${state}.`,
      } as const,
    ]
  })
}

/** An order in `processing` or later has one captured payment of its full total. */
function auditPaid({ order, payments }: OrderWorld): Found[] {
  const { orderId, totalMinor, currency } = order
  const kept = payments.filter(({ status }) => status === 'succeeded')
  const [payment] = kept
  if (payment === undefined) {
    const detail = `It is ${order.status}, and none of its ${payments.length} payments succeeded.`
    return [{ service: 'orders', invariant: 'order_without_payment', ids: { orderId }, detail }]
  }
  const { paymentId, capturedMinor } = payment
  const ids = { orderId, paymentId }
  if (kept.length > 1) {
    const all = kept.map((each) => each.paymentId).join(', ')
    const detail = `${kept.length} of its payments succeeded: ${all}.`
    return [{ service: 'payments', invariant: 'order_paid_twice', ids, detail }]
  }
  if (capturedMinor !== totalMinor || payment.currency !== currency) {
    const detail = `Its total is ${totalMinor} ${currency}; ${capturedMinor} ${payment.currency} was captured.`
    return [{ service: 'payments', invariant: 'order_paid_wrong_amount', ids, detail }]
  }
  const { refundedMinor, updatedAt } = payment
  if (order.paymentStatus === statusAfter(refundedMinor, capturedMinor)) return []
  const detail = `It says ${order.paymentStatus}; of ${capturedMinor} captured ${refundedMinor} was refunded by ${toInstant(updatedAt)}.`
  return [{ service: 'orders', invariant: 'payment_status_disagrees', ids, detail }]
}

function statusAfter(refundedMinor: number, capturedMinor: number): OrderBrief['paymentStatus'] {
  if (refundedMinor === 0) return 'paid'
  return refundedMinor < capturedMinor ? 'partially_refunded' : 'refunded'
}

/** … and every line of its reservation was deducted. */
function auditSold({ order, reservations }: OrderWorld): Found[] {
  const bySku = new Map(reservations.map((line) => [line.sku, line]))
  const { orderId, reservationId, status } = order
  return order.lines.flatMap(({ sku, quantity }) => {
    const line = bySku.get(sku)
    if (line?.state === 'committed' && line.quantity === quantity) return []
    const has = line === undefined ? 'unknown' : `${line.state} for ${line.quantity}`
    return [
      {
        service: 'inventory',
        invariant: 'order_without_stock',
        ids: { orderId, reservationId, sku },
        detail: `The order is ${status} with ${quantity} units; their reservation is ${has}.`,
      } as const,
    ]
  })
}

/** A cancelled order waits for no payment, and says so when all of its money went back. */
function auditVoided({ order, payments }: OrderWorld): Found[] {
  const { orderId, paymentStatus } = order
  const at = toInstant(order.updatedAt)
  const open = payments
    .filter(({ status }) => status === 'requires_action')
    .map(({ paymentId }) => ({
      service: 'payments',
      invariant: 'payment_open_for_cancelled_order' as const,
      ids: { orderId, paymentId },
      detail: `It waits for its customer, though its order was cancelled by ${at}.`,
    }))
  const captured = payments.reduce((sum, { capturedMinor }) => sum + capturedMinor, 0)
  const refunded = payments.reduce((sum, { refundedMinor }) => sum + refundedMinor, 0)
  const saysRefunded = paymentStatus === 'refunded' || paymentStatus === 'unpaid'
  if (captured === 0 || refunded < captured || saysRefunded) return open
  const detail = `It says ${paymentStatus}; all ${captured} that was captured was refunded.`
  const ids = { orderId }
  return [...open, { service: 'orders', invariant: 'payment_status_disagrees', ids, detail }]
}

function auditReturned({ order, reservations }: OrderWorld): Found[] {
  return reservations.flatMap((line) => heldByCancelled(order, line))
}

/** A cancelled order holds no stock. */
function heldByCancelled(order: OrderBrief, line: ReservationFacts): Found[] {
  if (line.state === 'expired' || line.state === 'released') return []
  const { orderId, reservationId, sku, quantity, state } = line
  return [
    {
      service: 'inventory',
      invariant: 'cancelled_order_holds_stock',
      ids: { orderId, reservationId, sku },
      detail: `The order was cancelled by ${toInstant(order.updatedAt)}; ${quantity} units are still ${state} for it.`,
    },
  ]
}

/** What does not fit about a pinned or committed reservation. `order` is null when there is none. */
export function auditReservation(
  line: ReservationFacts,
  order: OrderBrief | null,
  cutoff: number,
): Found[] {
  if (line.changedAt > cutoff || (order !== null && order.updatedAt > cutoff)) return []
  const { orderId, reservationId, sku, quantity, state } = line
  const ids = { orderId, reservationId, sku }
  if (state !== 'pinned' && state !== 'committed') return []
  const since = toInstant(line.changedAt)
  if (order === null || order.reservationId !== reservationId) {
    const why = order === null ? 'there is no such order' : 'its order has another reservation'
    const detail = `${quantity} units are ${state} since ${since}, but ${why}.`
    return [{ service: 'inventory', invariant: 'reservation_without_order', ids, detail }]
  }
  if (order.status === 'cancelled') return heldByCancelled(order, line)
  if (order.status !== 'pending') return []
  const detail = `${quantity} units are ${state} since ${since}, but the order is still pending.`
  return [{ service: 'orders', invariant: 'reservation_ahead_of_order', ids, detail }]
}

/** What does not fit about a payment. `order` is null when there is none. */
export function auditPayment(
  payment: PaymentFacts,
  order: OrderBrief | null,
  cutoff: number,
): Found[] {
  const { paymentId, orderId, status, capturedMinor, refundedMinor, currency, updatedAt } = payment
  if (updatedAt > cutoff || (order !== null && order.updatedAt > cutoff)) return []
  const ids = { paymentId, orderId }
  const kept = capturedMinor - refundedMinor
  const money = `${kept} of ${capturedMinor} ${currency} captured by ${toInstant(updatedAt)} is kept`
  if (order === null) {
    const detail = `It is ${status}, ${money}, but there is no such order.`
    return [{ service: 'payments', invariant: 'payment_without_order', ids, detail }]
  }
  const mayKeep = status === 'succeeded' && order.status !== 'cancelled'
  if (kept > 0 && !mayKeep) {
    const detail = `It is ${status}, its order ${order.status}, and ${money}.`
    return [{ service: 'payments', invariant: 'captured_payment_not_refunded', ids, detail }]
  }
  if (status !== 'succeeded' || order.status !== 'pending') return []
  const detail = `It succeeded by ${toInstant(updatedAt)}, but its order is still pending.`
  return [{ service: 'orders', invariant: 'paid_order_pending', ids, detail }]
}
