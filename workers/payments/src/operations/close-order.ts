import { received } from '@kiosk/kit/commit'
import { callContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import { closeOrder as closing } from '../store/payment-store.ts'
import { returnOrder } from '../store/refund-store.ts'

interface ClosedOrder {
  readonly orderId: string
  readonly reason: string
  /** The event that says so: it takes effect once. */
  readonly event: { readonly id: string }
}

/**
 * An order was cancelled: nothing more may be captured for it, and what was captured goes back. One
 * batch says all of that, from what the database holds at that moment; the provider hears of it by
 * reconciliation, so a crash after the batch loses nothing.
 */
export async function closeOrder(
  deps: Deps,
  { orderId, reason, event }: ClosedOrder,
): Promise<void> {
  const now = deps.now()
  const { traceparent } = callContext()
  const refundId = deps.newId('refund')
  await deps.reconciler.arm()
  await deps.commit([
    received(deps.db, event),
    ...closing(deps.db, { id: orderId, reason, now }),
    returnOrder(deps.db, orderId, {
      refundId,
      reason: 'order_cancelled',
      checkAt: now,
      traceparent,
      now,
    }),
  ])
  deps.reconciler.nudge()
}
