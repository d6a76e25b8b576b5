import { releaseReservation as route } from '@kiosk/contracts/http/inventory'
import { endpoint } from '../endpoint.ts'
import { releaseByHand } from '../operations/reserve-by-hand.ts'
import { toProblemError } from './refusal.ts'
import { toReservationView } from './view.ts'

export const releaseReservation = endpoint(route, async (c) => {
  const result = await releaseByHand(c.var.deps, c.req.valid('param').id)
  if (!result.ok) throw toProblemError(result.refusal)
  return c.json(toReservationView(result.value, 'released'), 200)
})
