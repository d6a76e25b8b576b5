import type { CancelReason } from '@kiosk/contracts/events/order'
import type { Deps } from '../deps.ts'
import { cancel, type IllegalTransition, type Order } from '../domain/order.ts'
import { changeOrder, type Changed } from './change-order.ts'

interface CancelOrder {
  readonly orderId: string
  readonly reason: CancelReason
  /** What the person who cancels says of it. */
  readonly note?: string | undefined
  readonly mayCancel: (order: Order) => boolean
}

/**
 * Cancels an order that has not shipped. That its stock returns and its payment is refunded follows from
 * `order.cancelled`, which inventory and payments hear.
 */
export async function cancelOrder(
  deps: Deps,
  { orderId, reason, note, mayCancel }: CancelOrder,
): Promise<Changed<IllegalTransition>> {
  const why = note === undefined ? { reason } : { reason, note }
  const changed = await changeOrder<IllegalTransition>(deps, orderId, (order) =>
    mayCancel(order) ? cancel(order, why, deps.now()) : null,
  )
  return changed.kind === 'unchanged' ? { kind: 'not_found' } : changed
}
