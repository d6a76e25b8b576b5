import type { ReservationRef } from '@kiosk/contracts/rpc/inventory'
import type { Deps } from '../deps.ts'
import type { Terms } from '../domain/reservation.ts'
import { askShelf } from './shelf.ts'
import { termsOf } from './terms.ts'

/**
 * Ends every line of a reservation for good.
 * @throws when a line could not be reached; the others have ended then, and doing it again is harmless.
 */
export async function release(
  deps: Deps,
  reservation: ReservationRef,
  owner: Terms['owner'],
): Promise<void> {
  const lines = termsOf(reservation, owner)
  const results = await Promise.allSettled(
    lines.map((line) => askShelf(deps, line, (stock, call, terms) => stock.release(call, terms))),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
