import type { EventType, KioskEvent } from '@kiosk/contracts/events'
import { money } from '@kiosk/contracts/primitives/money'
import { orderNumber } from '@kiosk/contracts/primitives/order-number'
import { toInstant } from '@kiosk/contracts/primitives/time'
import { assert } from '@kiosk/kit/assert'
import { newEvent } from '@kiosk/kit/events'
import type { Entry, Order } from '../domain/order.ts'

/** The published event that an entry of the timeline is, if it is one of ours. */
export function eventsOf(order: Order, entry: Entry): KioskEvent[] {
  const about = { subject: order.id, aggregateversion: order.version }
  const facts = factsOf(order)
  switch (entry.type as EventType) {
    case 'order.placed': {
      const data = { ...facts, expiresAt: toInstant(order.expiresAt) }
      return [newEvent('order.placed', { ...about, data })]
    }
    case 'order.confirmed': {
      const { paymentId } = order
      assert(paymentId !== null, 'a confirmed order knows its payment')
      return [newEvent('order.confirmed', { ...about, data: { ...facts, paymentId } })]
    }
    case 'order.shipped': {
      const tracking = order.tracking === null ? {} : { tracking: order.tracking }
      return [newEvent('order.shipped', { ...about, data: { ...facts, ...tracking } })]
    }
    case 'order.delivered':
      return [newEvent('order.delivered', { ...about, data: facts })]
    case 'order.cancelled': {
      const reason = order.cancelReason
      assert(reason !== null, 'a cancelled order has a reason')
      const note = typeof entry.data['note'] === 'string' ? { note: entry.data['note'] } : {}
      return [newEvent('order.cancelled', { ...about, data: { ...facts, reason, ...note } })]
    }
    default:
      return []
  }
}

function factsOf(order: Order) {
  const amount = (minor: number) => money(minor, order.currency)
  return {
    orderId: order.id,
    number: orderNumber(order.id),
    customerId: order.customerId,
    reservationId: order.reservationId,
    lines: order.lines.map((line) => ({
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPrice: amount(line.unitPriceMinor),
      total: amount(line.totalMinor),
    })),
    total: amount(order.totalMinor),
    shippingAddress: order.shippingAddress,
  }
}
