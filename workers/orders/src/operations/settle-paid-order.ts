import type { EventOf } from '@kiosk/contracts/events'
import { ok } from '@kiosk/contracts/primitives/result'
import { assert } from '@kiosk/kit/assert'
import { callContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import {
  cancelOutOfStock,
  confirm,
  onPaymentSucceeded,
  recordPayment,
  type CapturedPayment,
  type IllegalTransition,
  type Order,
} from '../domain/order.ts'
import { unitsPerSku } from '../domain/pricing.ts'
import { changeOrder } from './change-order.ts'

/**
 * An order is paid: deduct its stock, then confirm it; if its hold has lapsed and the stock is gone, cancel it
 * (which refunds it). If somebody cancels meanwhile, the decision falls again and the stock is released.
 */
export async function settlePaidOrder(
  deps: Deps,
  event: EventOf<'payment.succeeded'>,
): Promise<void> {
  const { orderId, paymentId, amount } = event.data
  const payment = { id: paymentId, version: event.aggregateversion }
  const changed = await changeOrder<IllegalTransition>(
    deps,
    orderId,
    async (order) => {
      assert(
        amount.amountMinor === order.totalMinor && amount.currency === order.currency,
        'the payment is of the full total of its order',
      )
      switch (onPaymentSucceeded(order, payment)) {
        case 'commit_stock':
          return commitStock(deps, order, payment)
        case 'record':
          await deps.inventory.release(callContext(), holdOf(order))
          return ok(recordPayment(order, payment, deps.now()))
        case 'nothing':
          return null
      }
    },
    event,
  )
  assert(changed.kind !== 'not_found', 'a paid order exists')
}

async function commitStock(deps: Deps, order: Order, payment: CapturedPayment) {
  const committed = await deps.inventory.commit(callContext(), holdOf(order))
  const now = deps.now()
  return committed.ok ? confirm(order, payment, now) : cancelOutOfStock(order, payment, now)
}

function holdOf(order: Order) {
  const { id: orderId, reservationId, lines } = order
  return { orderId, reservationId, lines: unitsPerSku(lines) }
}
