import { commitReservation as route } from '@kiosk/contracts/http/inventory'
import { endpoint } from '../endpoint.ts'
import { commitByHand } from '../operations/reserve-by-hand.ts'
import { toProblemError } from './refusal.ts'
import { toReservationView } from './view.ts'

export const commitReservation = endpoint(route, async (c) => {
  const result = await commitByHand(c.var.deps, c.req.valid('param').id)
  if (!result.ok) throw toProblemError(result.refusal)
  return c.json(toReservationView(result.value, 'committed'), 200)
})
