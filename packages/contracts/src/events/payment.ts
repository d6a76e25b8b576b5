import { z } from '@hono/zod-openapi'
import { OrderId, PaymentId, RefundId, UserId } from '../primitives/id.ts'
import { Money } from '../primitives/money.ts'
import { eventSchema } from './event.ts'

const PaymentFacts = z.object({
  paymentId: PaymentId,
  orderId: OrderId,
  customerId: UserId,
  amount: Money,
})

/** The full amount was captured, for an order that was not closed. */
export const PaymentSucceeded = eventSchema('payment.succeeded', '/payments', PaymentFacts)
/** Nothing was captured; the order may be paid again until its deadline. */
export const PaymentFailed = eventSchema(
  'payment.failed',
  '/payments',
  PaymentFacts.extend({ failureCode: z.string() }),
)
/** The customer must confirm (3-D Secure) before anything is captured. */
export const PaymentActionRequired = eventSchema(
  'payment.action_required',
  '/payments',
  PaymentFacts,
)
/** A refund went through. `refundedTotal` includes it; `fully` when nothing captured is left. */
export const PaymentRefunded = eventSchema(
  'payment.refunded',
  '/payments',
  PaymentFacts.extend({
    refundId: RefundId,
    refunded: Money,
    refundedTotal: Money,
    fully: z.boolean(),
    reason: z.string(),
  }),
)
