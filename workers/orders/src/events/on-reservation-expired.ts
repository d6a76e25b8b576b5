import type { EventOf } from '@kiosk/contracts/events'
import { received } from '@kiosk/kit/commit'
import type { Deps } from '../deps.ts'
import { cancel, type IllegalTransition } from '../domain/order.ts'
import { changeOrder } from '../operations/change-order.ts'
import { noteLapsed } from '../store/hold-store.ts'

const ATTEMPTS_MAX = 3

/**
 * Nobody paid in time: the order is cancelled. The expiry of a hold that is not the order's own, or of an
 * attempt before the one that wrote it, means nothing, nor does one that a payment has overtaken. An order
 * that is not there may be about to be written by an attempt that takes too long: it is kept from it.
 */
export async function onReservationExpired(
  event: EventOf<'reservation.expired'>,
  deps: Deps,
): Promise<void> {
  const { orderId, reservationId } = event.data
  const lapsedAt = Date.parse(event.data.expiresAt)
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const changed = await changeOrder<IllegalTransition>(
      deps,
      orderId,
      (order) =>
        order.reservationId === reservationId &&
        order.createdAt <= lapsedAt &&
        order.status === 'pending'
          ? cancel(order, { reason: 'expired' }, deps.now())
          : null,
      event,
    )
    if (changed.kind !== 'not_found') return
    const outcome = await deps.commit([
      received(deps.db, event),
      ...noteLapsed(deps.db, event.data, lapsedAt),
    ])
    // Stale: the order was written a moment ago.
    if (outcome !== 'stale') return
  }
  throw new Error(`order ${orderId} cannot be read though it is written`)
}
