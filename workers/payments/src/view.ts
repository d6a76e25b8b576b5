import type { PaymentView, RefundView } from '@kiosk/contracts/http/payments'
import { money } from '@kiosk/contracts/primitives/money'
import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Payment } from './domain/payment.ts'
import type { Refund } from './domain/refund.ts'

/** What leaves of a payment. */
export function viewPayment(payment: Payment): PaymentView {
  const view: PaymentView = {
    id: payment.id,
    orderId: payment.orderId,
    amount: money(payment.amountMinor, payment.currency),
    status: statusOf(payment),
    ...(payment.failureCode === null ? {} : { failureCode: payment.failureCode }),
    refundedAmount: money(payment.refundedMinor, payment.currency),
    createdAt: toInstant(payment.createdAt),
  }
  return view
}

/** Once money went back, that is what the status tells: also of a success that came too late. */
function statusOf({ status, capturedMinor, refundedMinor }: Payment): PaymentView['status'] {
  if (refundedMinor === 0) return status
  return refundedMinor === capturedMinor ? 'refunded' : 'partially_refunded'
}

/** What leaves of a refund. */
export function viewRefund(refund: Refund): RefundView {
  const view: RefundView = {
    id: refund.id,
    paymentId: refund.paymentId,
    amount: money(refund.amountMinor, refund.currency),
    status: refund.status,
  }
  return view
}
