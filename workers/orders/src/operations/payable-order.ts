import { money } from '@kiosk/contracts/primitives/money'
import { orderNumber } from '@kiosk/contracts/primitives/order-number'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { PayableOrder, PayableRefusal } from '@kiosk/contracts/rpc/orders'
import { callContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import { payingDeadline } from '../domain/hold.ts'
import { unitsPerSku } from '../domain/pricing.ts'
import { extendDeadline, loadOrder } from '../store/order-store.ts'

/**
 * Whether an order can be paid now. Sees to it first that its stock is held long enough for that: a line whose
 * hold has lapsed makes the order unpayable, because it is about to be cancelled.
 */
export async function payableOrder(
  deps: Deps,
  { orderId, customerId }: { orderId: string; customerId: string | null },
): Promise<Result<PayableOrder, PayableRefusal>> {
  const order = await loadOrder(deps.db, orderId)
  if (order === null || (customerId !== null && order.customerId !== customerId)) {
    return refuse({ code: 'not_found' })
  }
  if (order.status !== 'pending') return notPayable(`The order is ${order.status}`)
  const { PAYMENT_HOLD_MS, ORDER_HOLD_MS_MAX } = deps.config
  const limits = { paymentHoldMs: PAYMENT_HOLD_MS, holdMsMax: ORDER_HOLD_MS_MAX }
  const deadline = payingDeadline(order, deps.now(), limits)
  if (deadline === null) return notPayable('The time to pay for the order is over')
  if (deadline > order.expiresAt) {
    const { reservationId } = order
    const extended = await deps.inventory.extend(callContext(), {
      orderId,
      reservationId,
      lines: unitsPerSku(order.lines),
      expiresAt: deadline,
    })
    if (!extended.ok) return notPayable('The order no longer holds its stock')
    await extendDeadline(deps.db, orderId, deadline)
  }
  return ok({
    orderId,
    number: orderNumber(orderId),
    customerId: order.customerId,
    amount: money(order.totalMinor, order.currency),
    deadline,
  })
}

function notPayable(detail: string) {
  return refuse({ code: 'order_not_payable', detail } as const)
}
