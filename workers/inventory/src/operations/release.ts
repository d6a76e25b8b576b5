import type { ReservationRef } from '@kiosk/contracts/rpc/inventory'
import { callContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import type { Terms } from '../domain/reservation.ts'
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
  const call = callContext()
  const results = await Promise.allSettled(
    lines.map(({ sku, terms }) => deps.stock.getByName(sku).release(call, terms)),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
