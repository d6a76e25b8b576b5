import { z } from '@hono/zod-openapi'
import { OrderId, pathId, PaymentId, RefundId } from '../primitives/id.ts'
import { Money, PositiveMoney } from '../primitives/money.ts'
import { line } from '../primitives/text.ts'
import { Instant } from '../primitives/time.ts'
import { IdempotencyKeyHeader } from './idempotency-key.ts'
import { defineRoute, jsonAnswer, jsonBody, optionalJsonBody } from './route.ts'

const tags: [string] = ['payments']

/** Card tokens are opaque and short; no provider's comes near this. */
export const CARD_TOKEN_LENGTH_MAX = 255

export const PaymentStatus = z
  .enum([
    'processing',
    'requires_action',
    'succeeded',
    'failed',
    'partially_refunded',
    'refunded',
    'voided',
  ])
  .openapi('PaymentStatus')

export const PaymentView = z
  .object({
    id: PaymentId,
    orderId: OrderId,
    amount: Money,
    status: PaymentStatus,
    failureCode: z.string().optional().openapi({
      description: 'Why it failed, as the provider says',
      example: 'card_declined',
    }),
    refundedAmount: Money.openapi({ example: { amountMinor: 0, currency: 'USD' } }),
    createdAt: Instant,
  })
  .openapi('Payment')
export type PaymentView = z.infer<typeof PaymentView>

export const InitiatePaymentRequest = z
  .object({
    orderId: OrderId,
    token: z.string().min(1).max(CARD_TOKEN_LENGTH_MAX).openapi({ example: 'tok_ok' }),
  })
  .openapi('InitiatePaymentRequest')
export type InitiatePaymentRequest = z.infer<typeof InitiatePaymentRequest>

export const RefundRequest = z
  .object({
    amount: PositiveMoney.optional().openapi({ description: 'Left out: everything that is left' }),
    reason: line(500, 'Damaged in transit'),
  })
  .openapi('RefundRequest')
export type RefundRequest = z.infer<typeof RefundRequest>

export const RefundView = z
  .object({
    id: RefundId,
    paymentId: PaymentId,
    amount: Money,
    status: z.enum(['processing', 'succeeded', 'failed']),
  })
  .openapi('Refund')
export type RefundView = z.infer<typeof RefundView>

const params = z.object({ id: pathId('payment') })

export const initiatePayment = defineRoute({
  operationId: 'initiatePayment',
  method: 'post',
  path: '/v1/payments',
  tags,
  access: 'customer',
  summary: 'Pays an order with a card token; the order says how much',
  description:
    'A declined card is a payment with status `failed`. `processing`: the provider has not ' +
    'answered yet; the outcome follows by itself. `requires_action` waits for a confirmation.',
  request: { headers: IdempotencyKeyHeader, body: jsonBody(InitiatePaymentRequest) },
  errors: [
    'idempotency_key_required',
    'idempotency_key_reused',
    'request_in_progress',
    'not_found',
    'order_not_payable',
    'payment_in_progress',
  ],
  responses: {
    201: jsonAnswer('The payment', PaymentView, 'Location', 'Idempotent-Replayed'),
  },
})

export const getPayment = defineRoute({
  operationId: 'getPayment',
  method: 'get',
  path: '/v1/payments/{id}',
  tags,
  access: 'customer',
  summary: 'One payment',
  request: { params },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The payment', PaymentView) },
})

export const confirmPayment = defineRoute({
  operationId: 'confirmPayment',
  method: 'post',
  path: '/v1/payments/{id}/confirm',
  tags,
  access: 'customer',
  summary: 'Confirms a payment that requires action (3-D Secure)',
  request: { params, body: optionalJsonBody(z.object({})) },
  errors: ['not_found', 'payment_not_confirmable'],
  responses: { 200: jsonAnswer('The payment', PaymentView) },
})

export const refundPayment = defineRoute({
  operationId: 'refundPayment',
  method: 'post',
  path: '/v1/payments/{id}/refunds',
  tags,
  access: 'staff',
  summary: 'Refunds a payment in part or in full',
  request: { params, headers: IdempotencyKeyHeader, body: jsonBody(RefundRequest) },
  errors: [
    'idempotency_key_required',
    'idempotency_key_reused',
    'request_in_progress',
    'not_found',
    'payment_not_refundable',
    'refund_exceeds_captured',
    'mixed_currencies',
  ],
  responses: { 201: jsonAnswer('The refund', RefundView, 'Idempotent-Replayed') },
})

const ProviderName = z.string().min(1).max(50).openapi({
  description: 'The provider that sends it',
  example: 'simulated',
})

export const receivePaymentWebhook = defineRoute({
  operationId: 'receivePaymentWebhook',
  method: 'post',
  path: '/v1/webhooks/payments/{provider}',
  tags,
  access: 'anyone',
  security: [{ webhookSignature: [] }],
  summary: 'Takes news from a payment provider',
  description:
    'Signed by the provider over the raw body and the time, which is at most 5 minutes old (the ' +
    'simulated one: Standard Webhooks). The same event twice takes effect once.',
  request: { params: z.object({ provider: ProviderName }) },
  errors: ['not_found', 'invalid_signature', 'payload_too_large'],
  responses: { 204: { description: 'Taken' } },
})

/** Every public call that payments answers. */
export const paymentsRoutes = [
  initiatePayment,
  getPayment,
  confirmPayment,
  refundPayment,
  receivePaymentWebhook,
] as const
