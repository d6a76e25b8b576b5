import { z } from '@hono/zod-openapi'
import { OrderId, PaymentId, RefundId, UserId } from '../primitives/id.ts'
import { Money } from '../primitives/money.ts'
import { defineEvent } from './event.ts'

const PaymentFacts = z.object({
  paymentId: PaymentId,
  orderId: OrderId,
  customerId: UserId,
  amount: Money,
})

const PAYMENT = 'pay_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'
const facts = {
  paymentId: PAYMENT,
  orderId: 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  customerId: 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  amount: { amountMinor: 9800, currency: 'EUR' },
}

export const PaymentSucceeded = defineEvent({
  type: 'payment.succeeded',
  source: '/payments',
  when: 'The full amount was captured, for an order that was not closed.',
  data: PaymentFacts,
  example: { subject: PAYMENT, data: facts },
})

export const PaymentFailed = defineEvent({
  type: 'payment.failed',
  source: '/payments',
  when: 'Nothing was captured; the order may be paid again until its deadline.',
  data: PaymentFacts.extend({ failureCode: z.string() }),
  example: { subject: PAYMENT, data: { ...facts, failureCode: 'card_declined' } },
})

export const PaymentActionRequired = defineEvent({
  type: 'payment.action_required',
  source: '/payments',
  when: 'The customer must confirm (3-D Secure) before anything is captured.',
  data: PaymentFacts,
  example: { subject: PAYMENT, data: facts },
})

export const PaymentRefunded = defineEvent({
  type: 'payment.refunded',
  source: '/payments',
  when:
    'A refund went through. `refundedTotal` includes it; `fully` is true when nothing captured ' +
    'is left.',
  data: PaymentFacts.extend({
    refundId: RefundId,
    refunded: Money,
    refundedTotal: Money,
    fully: z.boolean(),
    reason: z.string(),
  }),
  example: {
    subject: PAYMENT,
    data: {
      ...facts,
      refundId: 'ref_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
      refunded: { amountMinor: 4900, currency: 'EUR' },
      refundedTotal: { amountMinor: 4900, currency: 'EUR' },
      fully: false,
      reason: 'One of the two came back',
    },
  },
})
