import { getOrder as route } from '@kiosk/contracts/http/orders'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { viewOrder } from '../view.ts'
import { visibleOrder } from './access.ts'

export const getOrderRoute = endpoint(route, async (c) => {
  const order = await visibleOrder(c.var.deps, principalOf(c), c.req.valid('param').id)
  return c.json(viewOrder(order), 200)
})
