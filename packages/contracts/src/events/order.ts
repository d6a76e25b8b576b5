import { z } from '@hono/zod-openapi'
import { OrderId, PaymentId, ReservationId, UserId } from '../primitives/id.ts'
import { Money } from '../primitives/money.ts'
import { Address, Tracking } from '../primitives/text.ts'
import { Instant } from '../primitives/time.ts'
import { defineEvent } from './event.ts'

const OrderFacts = z.object({
  orderId: OrderId,
  number: z.string(),
  customerId: UserId,
  reservationId: ReservationId,
  lines: z.array(
    z.object({
      sku: z.string(),
      name: z.string(),
      quantity: z.number().int(),
      unitPrice: Money,
      total: Money,
    }),
  ),
  total: Money,
  shippingAddress: Address,
})

/** Why an order ended before it was delivered. */
export const CancelReason = z.enum(['customer', 'staff', 'expired', 'out_of_stock'])
export type CancelReason = z.infer<typeof CancelReason>

const ORDER = 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'
const facts = {
  orderId: ORDER,
  number: '8Y9Z0-A1B2C',
  customerId: 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  reservationId: 'rsv_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  lines: [
    {
      sku: 'SHIRT-BLUE-M',
      name: 'Linen shirt, Blue M',
      quantity: 2,
      unitPrice: { amountMinor: 4900, currency: 'EUR' },
      total: { amountMinor: 9800, currency: 'EUR' },
    },
  ],
  total: { amountMinor: 9800, currency: 'EUR' },
  shippingAddress: {
    name: 'Ada Lovelace',
    line1: 'Invalidenstraße 43',
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  },
}

export const OrderPlaced = defineEvent({
  type: 'order.placed',
  source: '/orders',
  when: 'An order was written and its stock is held until `expiresAt`; it is not paid yet.',
  data: OrderFacts.extend({ expiresAt: Instant }),
  example: { subject: ORDER, data: { ...facts, expiresAt: '2026-11-20T12:15:00.000Z' } },
})

export const OrderConfirmed = defineEvent({
  type: 'order.confirmed',
  source: '/orders',
  when: 'The order is paid and its stock is deducted: it can be shipped.',
  data: OrderFacts.extend({ paymentId: PaymentId }),
  example: { subject: ORDER, data: { ...facts, paymentId: 'pay_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C' } },
})

export const OrderShipped = defineEvent({
  type: 'order.shipped',
  source: '/orders',
  when: 'Staff handed the order to a carrier.',
  data: OrderFacts.extend({ tracking: Tracking.optional() }),
  example: {
    subject: ORDER,
    data: { ...facts, tracking: { carrier: 'DHL', number: 'JD014600003RU' } },
  },
})

export const OrderDelivered = defineEvent({
  type: 'order.delivered',
  source: '/orders',
  when: 'The order reached its customer.',
  data: OrderFacts,
  example: { subject: ORDER, data: facts },
})

export const OrderCancelled = defineEvent({
  type: 'order.cancelled',
  source: '/orders',
  when: 'The order ended: its stock goes back, and whatever was paid is refunded.',
  data: OrderFacts.extend({ reason: CancelReason, note: z.string().optional() }),
  example: { subject: ORDER, data: { ...facts, reason: 'customer', note: 'Found it cheaper' } },
})
