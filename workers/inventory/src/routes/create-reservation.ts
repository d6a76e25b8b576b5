import { createReservation as route } from '@kiosk/contracts/http/inventory'
import { endpoint } from '../endpoint.ts'
import { reserveByHand } from '../operations/reserve-by-hand.ts'
import { toProblemError } from './refusal.ts'
import { toReservationView } from './view.ts'

export const createReservation = endpoint(route, async (c) => {
  const { orderId, lines, ttlSeconds } = c.req.valid('json')
  const result = await reserveByHand(c.var.deps, { orderId, lines, ttlSeconds })
  if (!result.ok) throw toProblemError(result.refusal)
  return c.json(toReservationView(result.value, 'held'), 201)
})
