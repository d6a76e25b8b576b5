import type { EventData } from '@kiosk/contracts/events'
import { orderNumber } from '@kiosk/contracts/primitives/order-number'
import type { Format } from '../domain/format.ts'
import type { Values } from './template.ts'

/** What every event of a payment carries. */
type PaymentFacts = EventData<'payment.succeeded'>

/** What the texts about a payment may name: number (of the order), amount, url. */
export function paymentValues(payment: PaymentFacts, format: Format): Values {
  return {
    number: orderNumber(payment.orderId),
    amount: format.money(payment.amount),
    url: format.link(`/orders/${payment.orderId}`),
  }
}
