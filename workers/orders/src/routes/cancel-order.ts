import { cancelOrder as route } from '@kiosk/contracts/http/orders'
import { hasAccess } from '@kiosk/contracts/primitives/role'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { cancelOrder } from '../operations/cancel-order.ts'
import { maySee } from './access.ts'
import { answerChanged } from './changed.ts'

export const cancelOrderRoute = endpoint(route, async (c) => {
  const { id } = c.req.valid('param')
  const principal = principalOf(c)
  const changed = await cancelOrder(c.var.deps, {
    orderId: id,
    reason: hasAccess(principal.role, 'staff') ? 'staff' : 'customer',
    note: c.req.valid('json').reason,
    mayCancel: (order) => maySee(principal, order),
  })
  return c.json(answerChanged(changed, id), 200)
})
