import { createHash } from 'node:crypto'
import type { ReservationRef } from '@kiosk/contracts/rpc/inventory'
import { callContext } from '@kiosk/kit/context'
import { inSkuOrder } from '../domain/lines.ts'
import type { Terms } from '../domain/reservation.ts'

/** One SKU of a reservation, with what its object is asked for. */
export interface SkuTerms {
  readonly sku: string
  readonly terms: Terms
}

/** A reservation as each of its SKUs' objects sees it, in the order in which they are acquired. */
export function termsOf(
  { orderId, reservationId, lines }: ReservationRef,
  owner: Terms['owner'],
): SkuTerms[] {
  const sorted = inSkuOrder(lines)
  const wish = JSON.stringify([orderId, sorted])
  const fingerprint = createHash('sha256').update(wish).digest('hex')
  const { traceparent } = callContext()
  const severalLines = sorted.length > 1
  const shared = { reservationId, orderId, fingerprint, owner, severalLines, traceparent }
  return sorted.map(({ sku, quantity }) => ({ sku, terms: { ...shared, quantity } }))
}
