import type { z } from '@hono/zod-openapi'
import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderPlaced,
  OrderShipped,
} from './order.ts'
import {
  PaymentActionRequired,
  PaymentFailed,
  PaymentRefunded,
  PaymentSucceeded,
} from './payment.ts'
import { ProductArchived, ProductCreated, ProductUpdated } from './product.ts'
import { ReservationExpired, StockChanged, StockLow } from './stock.ts'
import { UserDeleted, UserPasswordResetRequested, UserRegistered, UserUpdated } from './user.ts'

/** Every event there is. */
export const EVENTS = {
  'user.registered': UserRegistered,
  'user.updated': UserUpdated,
  'user.deleted': UserDeleted,
  'user.password_reset_requested': UserPasswordResetRequested,
  'product.created': ProductCreated,
  'product.updated': ProductUpdated,
  'product.archived': ProductArchived,
  'stock.changed': StockChanged,
  'stock.low': StockLow,
  'reservation.expired': ReservationExpired,
  'order.placed': OrderPlaced,
  'order.confirmed': OrderConfirmed,
  'order.shipped': OrderShipped,
  'order.delivered': OrderDelivered,
  'order.cancelled': OrderCancelled,
  'payment.succeeded': PaymentSucceeded,
  'payment.failed': PaymentFailed,
  'payment.action_required': PaymentActionRequired,
  'payment.refunded': PaymentRefunded,
} as const

export type EventType = keyof typeof EVENTS
export type EventOf<T extends EventType> = z.infer<(typeof EVENTS)[T]>
export type KioskEvent = { [T in EventType]: EventOf<T> }[EventType]
export type EventData<T extends EventType> = EventOf<T>['data']

/** The Workers that hear events; each has its own queue, because a queue has one consumer. */
export const SUBSCRIBERS = ['catalog', 'inventory', 'orders', 'payments', 'notifications'] as const
export type Subscriber = (typeof SUBSCRIBERS)[number]

/** Who hears what: the one place that says so. An event that nobody hears is not sent. */
export const SUBSCRIPTIONS = {
  'user.registered': ['notifications'],
  'user.updated': ['notifications'],
  'user.deleted': ['notifications'],
  'user.password_reset_requested': ['notifications'],
  'product.created': ['inventory'],
  'product.updated': [],
  'product.archived': [],
  'stock.changed': ['catalog'],
  'stock.low': ['notifications'],
  'reservation.expired': ['orders'],
  'order.placed': ['notifications'],
  'order.confirmed': ['notifications'],
  'order.shipped': ['notifications'],
  'order.delivered': ['notifications'],
  'order.cancelled': ['inventory', 'payments', 'notifications'],
  'payment.succeeded': ['orders', 'notifications'],
  'payment.failed': ['orders', 'notifications'],
  'payment.action_required': ['orders'],
  'payment.refunded': ['orders', 'notifications'],
} as const satisfies Record<EventType, readonly Subscriber[]>

/** The event types that a Worker hears. */
export type HeardBy<S extends Subscriber> = {
  [T in EventType]: S extends (typeof SUBSCRIPTIONS)[T][number] ? T : never
}[EventType]

/** One handler for each event that a Worker hears: a missing or a surplus one does not compile. */
export type HandlerTable<S extends Subscriber, Deps> = {
  readonly [T in HeardBy<S>]: (event: EventOf<T>, deps: Deps) => Promise<void>
}
