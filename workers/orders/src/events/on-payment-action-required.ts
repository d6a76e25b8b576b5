import type { EventOf } from '@kiosk/contracts/events'
import { ok } from '@kiosk/contracts/primitives/result'
import { assert } from '@kiosk/kit/assert'
import type { Deps } from '../deps.ts'
import { note, type Order } from '../domain/order.ts'
import { changeOrder } from '../operations/change-order.ts'

/** The timeline says that the customer was asked to confirm. */
export async function onPaymentActionRequired(
  event: EventOf<'payment.action_required'>,
  deps: Deps,
): Promise<void> {
  const { orderId, paymentId } = event.data
  const entry = { type: event.type, data: { paymentId } }
  const decide = (order: Order) => ok(note(order, entry, deps.now()))
  const changed = await changeOrder(deps, orderId, decide, event)
  assert(changed.kind !== 'not_found', 'the order of a payment exists')
}
