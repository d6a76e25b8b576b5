import type { EventOf } from '@kiosk/contracts/events'
import { ok } from '@kiosk/contracts/primitives/result'
import type { Deps } from '../deps.ts'
import { note } from '../domain/order.ts'
import { changeOrder } from '../operations/change-order.ts'

/** The timeline says that the customer was asked to confirm. */
export async function onPaymentActionRequired(
  event: EventOf<'payment.action_required'>,
  deps: Deps,
): Promise<void> {
  const { orderId, paymentId } = event.data
  const entry = { type: event.type, data: { paymentId } }
  await changeOrder(deps, orderId, (order) => ok(note(order, entry, deps.now())), event)
}
