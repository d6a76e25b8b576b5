import type { CancelReason } from '@kiosk/contracts/events/order'
import type { OrderStatus, PaymentStatus } from '@kiosk/contracts/http/orders'
import type { Address, Tracking } from '@kiosk/contracts/primitives/text'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { TimelineEntry } from '../domain/order.ts'
import type { PricedLine } from '../domain/pricing.ts'

export {
  deadLetters,
  deliveryFailures,
  idempotencyClaims,
  inbox,
  outbox,
  outboxLate,
  outboxSent,
} from '@kiosk/kit/tables'

export const orders = sqliteTable('orders', {
  id: text('id').primaryKey(),
  customerId: text('customer_id').notNull(),
  status: text('status').$type<OrderStatus>().notNull(),
  paymentStatus: text('payment_status').$type<PaymentStatus>().notNull(),
  currency: text('currency').notNull(),
  lines: text('lines', { mode: 'json' }).$type<readonly PricedLine[]>().notNull(),
  subtotalMinor: integer('subtotal_minor').notNull(),
  discountMinor: integer('discount_minor').notNull(),
  shippingMinor: integer('shipping_minor').notNull(),
  taxMinor: integer('tax_minor').notNull(),
  totalMinor: integer('total_minor').notNull(),
  shippingAddress: text('shipping_address', { mode: 'json' }).$type<Address>().notNull(),
  reservationId: text('reservation_id').notNull(),
  expiresAt: integer('expires_at').notNull(),
  paymentId: text('payment_id'),
  paymentVersion: integer('payment_version').notNull(),
  refundedMinor: integer('refunded_minor').notNull(),
  tracking: text('tracking', { mode: 'json' }).$type<Tracking>(),
  cancelReason: text('cancel_reason').$type<CancelReason>(),
  version: integer('version').notNull(),
  timeline: text('timeline', { mode: 'json' }).$type<readonly TimelineEntry[]>().notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** Holds that lapsed before their order was written: it is not written any more. */
export const lapsedHolds = sqliteTable('lapsed_holds', {
  reservationId: text('reservation_id').primaryKey(),
  lapsedAt: integer('lapsed_at').notNull(),
})
