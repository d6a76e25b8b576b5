import type { KioskEvent } from '@kiosk/contracts/events'
import { money } from '@kiosk/contracts/primitives/money'
import { newEvent } from '@kiosk/kit/events'
import type { Payment, Settlement } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'

/** The events that tell what became of a payment. */
export function eventsOf({ payment, says }: Settlement): KioskEvent[] {
  const about = { subject: payment.id, aggregateversion: payment.version }
  const data = factsOf(payment)
  switch (says) {
    case 'payment.succeeded':
      return [newEvent('payment.succeeded', { ...about, data })]
    case 'payment.action_required':
      return [newEvent('payment.action_required', { ...about, data })]
    case 'payment.failed': {
      const failureCode = payment.failureCode ?? ''
      return [newEvent('payment.failed', { ...about, data: { ...data, failureCode } })]
    }
    case null:
      return []
  }
}

/** Tells of a refund that went through; the payment already counts it. */
export function refundedEvent(payment: Payment, refund: Refund): KioskEvent {
  return newEvent('payment.refunded', {
    subject: payment.id,
    aggregateversion: payment.version,
    data: {
      ...factsOf(payment),
      refundId: refund.id,
      refunded: money(refund.amountMinor, refund.currency),
      refundedTotal: money(payment.refundedMinor, payment.currency),
      fully: payment.refundedMinor === payment.capturedMinor,
      reason: refund.reason,
    },
  })
}

function factsOf(payment: Payment) {
  const { id, orderId, customerId, amountMinor, currency } = payment
  return { paymentId: id, orderId, customerId, amount: money(amountMinor, currency) }
}
