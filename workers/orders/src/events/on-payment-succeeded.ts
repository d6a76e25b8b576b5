import type { EventOf } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { settlePaidOrder } from '../operations/settle-paid-order.ts'

/** The order is paid: confirm it, or cancel it when its stock is gone. */
export function onPaymentSucceeded(event: EventOf<'payment.succeeded'>, deps: Deps): Promise<void> {
  return settlePaidOrder(deps, event)
}
