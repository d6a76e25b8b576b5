import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { ExtendRefusal, ReservationRef } from '@kiosk/contracts/rpc/inventory'
import type { Deps } from '../deps.ts'
import { askShelf } from './shelf.ts'
import { termsOf } from './terms.ts'

/** Moves the deadline of every line to at least `expiresAt` (epoch ms). */
export async function extend(
  deps: Deps,
  input: ReservationRef & { readonly expiresAt: number },
): Promise<Result<{ expiresAt: number }, ExtendRefusal>> {
  const lines = termsOf(input, 'orders')
  const results = await Promise.all(
    lines.map((line) =>
      askShelf(deps, line, (stock, call, terms) => stock.extend(call, terms, input.expiresAt)),
    ),
  )
  let expiresAt = Infinity
  for (const result of results) {
    if (!result.ok) return refuse({ code: 'reservation_ended' })
    expiresAt = Math.min(expiresAt, result.value.expiresAt ?? input.expiresAt)
  }
  return ok({ expiresAt })
}
