import { toInstant } from '@kiosk/contracts/primitives/time'
import type { EventFacts, StockFacts, Undelivered } from '@kiosk/contracts/rpc/audit'
import type { Found } from './audit-orders.ts'

/**
 * Whether an event that was handed to a queue has arrived. `missing` is what its subscriber says of it when it
 * has not taken effect there, and null when it has.
 */
export function auditEvent(
  event: EventFacts,
  missing: Undelivered | null,
  cutoff: number,
): Found[] {
  if (missing === null || event.saidAt > cutoff) return []
  const { eventId, type, destination } = event
  const replayedAt = missing.letter?.replayedAt
  // A letter that waits is reported as such, by its owner.
  if (replayedAt === null || (replayedAt !== undefined && replayedAt > cutoff)) return []
  const ids = { eventId, destination }
  const sent = `${type} of ${toInstant(event.saidAt)} was sent to ${destination}`
  const { failure } = missing
  if (failure !== null) {
    if (failure.firstAt > cutoff) return []
    const last = `attempt ${failure.attempts} was at ${toInstant(failure.lastAt)}`
    const detail = `${sent} and fails since ${toInstant(failure.firstAt)}; ${last}.`
    return [{ service: destination, invariant: 'event_failing', ids, detail }]
  }
  const again = replayedAt === undefined ? '' : ` and replayed at ${toInstant(replayedAt)}`
  const detail = `${sent}${again}, and has not taken effect.`
  return [{ service: destination, invariant: 'event_lost', ids, detail }]
}

/** Whether the catalog shows at least the balance that it was told; null: it shows none. */
export function auditCatalogStock(told: StockFacts, shown: number | null, cutoff: number): Found[] {
  const { sku, version, toldAt } = told
  if (toldAt > cutoff || (shown !== null && shown >= version)) return []
  const detail = `Version ${version} was told by ${toInstant(toldAt)}; the catalog shows ${shown ?? 'none'}.`
  return [{ service: 'catalog', invariant: 'catalog_stock_stale', ids: { sku }, detail }]
}
