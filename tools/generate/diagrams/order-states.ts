import type { CancelReason } from '@kiosk/contracts/events/order'
import { OrderStatus } from '@kiosk/contracts/http/orders'
import type { Result } from '@kiosk/contracts/primitives/result'
import {
  cancel,
  cancelOutOfStock,
  confirm,
  deliver,
  onPaymentSucceeded,
  type Order,
  ship,
  type Transition,
} from '../../../workers/orders/src/domain/order.ts'
import { GENERATED, type Diagram } from './diagram.ts'
import { type Move, stateDiagram } from './states.ts'

const ORDER: Order = {
  id: 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  customerId: 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  status: 'pending',
  paymentStatus: 'unpaid',
  currency: 'USD',
  lines: [],
  subtotalMinor: 1000,
  discountMinor: 0,
  shippingMinor: 0,
  taxMinor: 0,
  totalMinor: 1000,
  shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
  reservationId: 'rsv_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
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
}

const PAYMENT = { id: 'pay_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C', version: 2 }
const NOW = 1

type Attempt = Result<Transition, { readonly code: string }> | null

/** Everything that may happen to an order, by what it is called in the picture. */
const HAPPENINGS: Readonly<Record<string, (order: Order) => Attempt>> = {
  'paid, its stock deducted': (order) => whenPaid(order, confirm),
  'paid, but sold out': (order) => whenPaid(order, cancelOutOfStock),
  // The handler of `reservation.expired` acts on a pending order only.
  'not paid in time': (order) =>
    order.status === 'pending' ? cancel(order, { reason: 'expired' }, NOW) : null,
  'cancelled by hand': (order) => cancel(order, { reason: 'customer' }, NOW),
  'shipped by staff': (order) => ship(order, null, NOW),
  delivered: (order) => deliver(order, NOW),
}

function whenPaid(
  order: Order,
  decide: (order: Order, payment: typeof PAYMENT, now: number) => Attempt,
): Attempt {
  return onPaymentSucceeded(order, PAYMENT) === 'commit_stock' ? decide(order, PAYMENT, NOW) : null
}

/** Every move that the rules of an order allow, found by trying everything in every state. */
export function orderMoves(): (Move & { readonly reason: CancelReason | null })[] {
  return OrderStatus.options.flatMap((from) =>
    Object.entries(HAPPENINGS).flatMap(([because, happen]) => {
      const attempt = happen({ ...ORDER, status: from })
      if (attempt === null || !attempt.ok) return []
      const { status: to, cancelReason: reason } = attempt.value.order
      return [{ from, to, because, reason }]
    }),
  )
}

export function orderStates(): Diagram {
  const about = `The states of an order. ${GENERATED} from workers/orders/src/domain/order.ts.`
  const first = { from: '[*]', to: ORDER.status, because: 'placed, its stock held' }
  return {
    path: 'docs/diagrams/order-states.mmd',
    text: stateDiagram(about, first, orderMoves()),
  }
}
