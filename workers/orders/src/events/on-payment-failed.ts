import type { EventOf } from '@kiosk/contracts/events'
import { ok } from '@kiosk/contracts/primitives/result'
import { assert } from '@kiosk/kit/assert'
import type { Deps } from '../deps.ts'
import { note, type Order } from '../domain/order.ts'
import { changeOrder } from '../operations/change-order.ts'

/** The order stays payable until its deadline; its timeline says that an attempt failed. */
export async function onPaymentFailed(event: EventOf<'payment.failed'>, deps: Deps): Promise<void> {
  const { orderId, paymentId, failureCode } = event.data
  const entry = { type: event.type, data: { paymentId, failureCode } }
  const decide = (order: Order) => ok(note(order, entry, deps.now()))
  const changed = await changeOrder(deps, orderId, decide, event)
  assert(changed.kind !== 'not_found', 'the order of a payment exists')
}
