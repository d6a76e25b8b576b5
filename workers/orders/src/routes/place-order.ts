import { placeOrder as route } from '@kiosk/contracts/http/orders'
import { principalOf } from '@kiosk/kit/app'
import { finish } from '@kiosk/kit/finish'
import { endpoint } from '../endpoint.ts'
import { placeOrder } from '../operations/place-order.ts'

export const placeOrderRoute = endpoint(route, async (c) => {
  const placed = placeOrder(c.var.deps, {
    customerId: principalOf(c).id,
    idempotencyKey: c.req.valid('header')['idempotency-key'],
    request: c.req.valid('json'),
  })
  const { answer, replayed } = await finish(placed)
  if (replayed) c.header('idempotent-replayed', 'true')
  c.header('location', `/v1/orders/${answer.id}`)
  return c.json(answer, 201)
})
