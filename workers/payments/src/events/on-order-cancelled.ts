import type { EventOf } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { closeOrder } from '../operations/close-order.ts'

/** Nothing more is captured for the order, and what was captured goes back. */
export function onOrderCancelled(event: EventOf<'order.cancelled'>, deps: Deps): Promise<void> {
  const { orderId, reason } = event.data
  return closeOrder(deps, { orderId, reason, event })
}
