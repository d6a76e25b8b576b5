import { z } from '@hono/zod-openapi'
import { OrderId, PaymentId, ReservationId, UserId } from '../primitives/id.ts'
import { Money } from '../primitives/money.ts'
import { Address, Tracking } from '../primitives/text.ts'
import { Instant } from '../primitives/time.ts'
import { eventSchema } from './event.ts'

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

/** An order was written and its stock is held until `expiresAt`; it is not paid yet. */
export const OrderPlaced = eventSchema(
  'order.placed',
  '/orders',
  OrderFacts.extend({ expiresAt: Instant }),
)
/** The order is paid and its stock is deducted: it can be shipped. */
export const OrderConfirmed = eventSchema(
  'order.confirmed',
  '/orders',
  OrderFacts.extend({ paymentId: PaymentId }),
)
export const OrderShipped = eventSchema(
  'order.shipped',
  '/orders',
  OrderFacts.extend({ tracking: Tracking.optional() }),
)
export const OrderDelivered = eventSchema('order.delivered', '/orders', OrderFacts)
/** The order ended: its stock goes back, and whatever was paid is refunded. */
export const OrderCancelled = eventSchema(
  'order.cancelled',
  '/orders',
  OrderFacts.extend({ reason: CancelReason, note: z.string().optional() }),
)
