import { z } from '@hono/zod-openapi'
import { CancelReason } from '../events/order.ts'
import { idSchema, OrderId, pathId, Sku, UserId } from '../primitives/id.ts'
import { Money } from '../primitives/money.ts'
import { PageQuery, pageOf } from '../primitives/page.ts'
import { Address, line, Tracking } from '../primitives/text.ts'
import { Instant } from '../primitives/time.ts'
import { IdempotencyKeyHeader } from './idempotency-key.ts'
import { defineRoute, jsonAnswer, jsonBody, optionalJsonBody } from './route.ts'

const tags: [string] = ['orders']

export const ORDER_LINES_MAX = 50
export const LINE_QUANTITY_MAX = 1_000_000

export const OrderStatus = z
  .enum(['pending', 'processing', 'shipped', 'delivered', 'cancelled'])
  .openapi('OrderStatus')
export type OrderStatus = z.infer<typeof OrderStatus>

export const PaymentStatus = z
  .enum(['unpaid', 'paid', 'partially_refunded', 'refunded'])
  .openapi('OrderPaymentStatus')
export type PaymentStatus = z.infer<typeof PaymentStatus>

/** Money that is often none, as in examples. */
const NoMoney = Money.openapi({ example: { amountMinor: 0, currency: 'USD' } })

export const OrderLineView = z
  .object({
    sku: Sku,
    name: z.string().openapi({ example: 'Linen shirt, Blue M' }),
    quantity: z.number().int(),
    unitPrice: Money,
    discount: NoMoney,
    tax: NoMoney,
    total: Money,
  })
  .openapi('OrderLine')
export type OrderLineView = z.infer<typeof OrderLineView>

export const OrderView = z
  .object({
    id: OrderId,
    number: z.string().openapi({ example: '8Y9Z0-A1B2C' }),
    customerId: UserId,
    status: OrderStatus,
    paymentStatus: PaymentStatus,
    lines: z.array(OrderLineView),
    subtotal: Money,
    discount: NoMoney,
    shipping: NoMoney,
    tax: NoMoney,
    total: Money,
    shippingAddress: Address,
    tracking: Tracking.optional(),
    cancelReason: CancelReason.optional(),
    expiresAt: Instant.openapi({ description: 'Until when an unpaid order keeps its stock' }),
    version: z.number().int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .openapi('Order')
export type OrderView = z.infer<typeof OrderView>

export const PlaceOrderRequest = z
  .object({
    lines: z
      .array(z.object({ sku: Sku, quantity: z.number().int().min(1).max(LINE_QUANTITY_MAX) }))
      .min(1)
      .max(ORDER_LINES_MAX),
    shippingAddress: Address,
  })
  .openapi('PlaceOrderRequest')
export type PlaceOrderRequest = z.infer<typeof PlaceOrderRequest>

export const TimelineEntry = z
  .object({
    at: Instant,
    type: z.string().openapi({ example: 'order.placed' }),
    actor: z.string().openapi({ description: 'A user id, or `system`', example: 'system' }),
    data: z.record(z.string(), z.unknown()).openapi({ example: { total: 1999 } }),
  })
  .openapi('OrderTimelineEntry')
export type TimelineEntry = z.infer<typeof TimelineEntry>

const params = z.object({ id: pathId('order') })

export const placeOrder = defineRoute({
  operationId: 'placeOrder',
  method: 'post',
  path: '/v1/orders',
  tags,
  access: 'customer',
  summary: 'Places an order: prices it, and holds its stock until it is paid or expires',
  request: { headers: IdempotencyKeyHeader, body: jsonBody(PlaceOrderRequest) },
  errors: [
    'idempotency_key_required',
    'idempotency_key_reused',
    'request_in_progress',
    'insufficient_stock',
    'unknown_sku',
    'mixed_currencies',
  ],
  responses: {
    201: jsonAnswer('The order, pending payment', OrderView, 'Location', 'Idempotent-Replayed'),
  },
})

export const listOrders = defineRoute({
  operationId: 'listOrders',
  method: 'get',
  path: '/v1/orders',
  tags,
  access: 'customer',
  summary: 'Your orders, newest first; for staff, everybody’s',
  request: {
    query: PageQuery.extend({
      status: OrderStatus.optional().openapi({ description: 'Only orders in this status' }),
      customerId: idSchema('user').optional().openapi({ description: 'Staff only' }),
    }),
  },
  responses: { 200: jsonAnswer('A page of orders', pageOf(OrderView)) },
})

export const getOrder = defineRoute({
  operationId: 'getOrder',
  method: 'get',
  path: '/v1/orders/{id}',
  tags,
  access: 'customer',
  summary: 'One order',
  request: { params },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The order', OrderView) },
})

export const getOrderTimeline = defineRoute({
  operationId: 'getOrderTimeline',
  method: 'get',
  path: '/v1/orders/{id}/timeline',
  tags,
  access: 'customer',
  summary: 'Everything that happened to an order, oldest first',
  request: { params },
  errors: ['not_found'],
  responses: {
    200: jsonAnswer('The timeline', z.object({ items: z.array(TimelineEntry) })),
  },
})

export const cancelOrder = defineRoute({
  operationId: 'cancelOrder',
  method: 'post',
  path: '/v1/orders/{id}/cancel',
  tags,
  access: 'customer',
  summary: 'Cancels an order that has not shipped: stock returns, and what was paid is refunded',
  request: {
    params,
    body: optionalJsonBody(z.object({ reason: line(500, 'Found it cheaper').optional() })),
  },
  errors: ['not_found', 'illegal_transition'],
  responses: { 200: jsonAnswer('The cancelled order', OrderView) },
})

export const changeOrderStatus = defineRoute({
  operationId: 'changeOrderStatus',
  method: 'patch',
  path: '/v1/orders/{id}/status',
  tags,
  access: 'staff',
  summary: 'Ships, delivers or cancels an order',
  request: {
    params,
    body: jsonBody(z.object({ status: OrderStatus, tracking: Tracking.optional() })),
  },
  errors: ['not_found', 'illegal_transition'],
  responses: { 200: jsonAnswer('The order', OrderView) },
})

/** Every public call that orders answers. */
export const ordersRoutes = [
  placeOrder,
  listOrders,
  getOrder,
  getOrderTimeline,
  cancelOrder,
  changeOrderStatus,
] as const
