import type { EventOf } from '@kiosk/contracts/events'
import { ok } from '@kiosk/contracts/primitives/result'
import { assert } from '@kiosk/kit/assert'
import type { Deps } from '../deps.ts'
import { recordRefund, type Order } from '../domain/order.ts'
import { changeOrder } from '../operations/change-order.ts'

/** Refunds change the payment status of an order, never its status. */
export async function onPaymentRefunded(
  event: EventOf<'payment.refunded'>,
  deps: Deps,
): Promise<void> {
  const { orderId, paymentId, refundId, refunded, refundedTotal, reason } = event.data
  const news = {
    paymentId,
    paymentVersion: event.aggregateversion,
    refundedTotalMinor: refundedTotal.amountMinor,
  }
  const entry = { type: event.type, data: { paymentId, refundId, refunded, reason } }
  const decide = (order: Order) => ok(recordRefund(order, news, entry, deps.now()))
  const changed = await changeOrder(deps, orderId, decide, event)
  assert(changed.kind !== 'not_found', 'the order of a payment exists')
}
