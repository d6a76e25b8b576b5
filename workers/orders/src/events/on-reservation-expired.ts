import type { EventOf } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { cancel, type IllegalTransition } from '../domain/order.ts'
import { changeOrder } from '../operations/change-order.ts'

/**
 * Nobody paid in time: the order is cancelled. The expiry of a hold that is not the order's own (of an attempt
 * that crashed, for example) means nothing, nor does one that a payment has overtaken.
 */
export async function onReservationExpired(
  event: EventOf<'reservation.expired'>,
  deps: Deps,
): Promise<void> {
  const { orderId, reservationId } = event.data
  await changeOrder<IllegalTransition>(
    deps,
    orderId,
    (order) =>
      order.reservationId === reservationId && order.status === 'pending'
        ? cancel(order, { reason: 'expired' }, deps.now())
        : null,
    event,
  )
}
