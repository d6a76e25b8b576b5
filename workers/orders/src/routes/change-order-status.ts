import { changeOrderStatus as route, type OrderStatus } from '@kiosk/contracts/http/orders'
import { refuse } from '@kiosk/contracts/primitives/result'
import type { Tracking } from '@kiosk/contracts/primitives/text'
import { cancel, deliver, ship, type IllegalTransition, type Order } from '../domain/order.ts'
import { endpoint } from '../endpoint.ts'
import { changeOrder } from '../operations/change-order.ts'
import { answerChanged } from './changed.ts'

export const changeOrderStatusRoute = endpoint(route, async (c) => {
  const { id } = c.req.valid('param')
  const { status, tracking = null } = c.req.valid('json')
  const { deps } = c.var
  const changed = await changeOrder<IllegalTransition>(deps, id, (order) =>
    moveByHand(order, status, tracking, deps.now()),
  )
  return c.json(answerChanged(changed, id), 200)
})

/** What staff may do by hand. Only a captured payment makes an order `processing`. */
function moveByHand(order: Order, to: OrderStatus, tracking: Tracking | null, now: number) {
  switch (to) {
    case 'shipped':
      return ship(order, tracking, now)
    case 'delivered':
      return deliver(order, now)
    case 'cancelled':
      return cancel(order, { reason: 'staff' }, now)
    case 'pending':
    case 'processing':
      return refuse({ code: 'illegal_transition', from: order.status, to } as const)
  }
}
