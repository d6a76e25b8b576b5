import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { ExtendRefusal, ReservationRef } from '@kiosk/contracts/rpc/inventory'
import { callContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import { termsOf } from './terms.ts'

/** Moves the deadline of every line to at least `expiresAt` (epoch ms). */
export async function extend(
  deps: Deps,
  input: ReservationRef & { readonly expiresAt: number },
): Promise<Result<{ expiresAt: number }, ExtendRefusal>> {
  const lines = termsOf(input, 'orders')
  const call = callContext()
  const results = await Promise.all(
    lines.map(({ sku, terms }) => deps.stock.getByName(sku).extend(call, terms, input.expiresAt)),
  )
  let expiresAt = Infinity
  for (const result of results) {
    if (!result.ok) return refuse({ code: 'reservation_ended' })
    expiresAt = Math.min(expiresAt, result.value.expiresAt ?? input.expiresAt)
  }
  return ok({ expiresAt })
}
