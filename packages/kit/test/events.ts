import { newEvent } from '../src/events.ts'
import { newId } from '../src/ids.ts'

/** An event with three subscribers: inventory, payments and notifications. */
export function orderCancelled() {
  const orderId = newId('order')
  const total = { amountMinor: 1, currency: 'USD' }
  return newEvent('order.cancelled', {
    subject: orderId,
    aggregateversion: 2,
    data: {
      orderId,
      number: 'ABCDE-12345',
      customerId: newId('user'),
      reservationId: newId('reservation'),
      lines: [{ sku: 'A', name: 'A', quantity: 1, unitPrice: total, total }],
      total,
      shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
      reason: 'customer',
    },
  })
}
