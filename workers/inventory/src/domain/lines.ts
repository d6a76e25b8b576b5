import type { ReservationLine } from '@kiosk/contracts/rpc/inventory'
import { assert } from '@kiosk/kit/assert'

/** One line for each SKU, with the sum of its quantities, in the order in which they were first named. */
export function sumBySku(lines: readonly ReservationLine[]): ReservationLine[] {
  assert(lines.length > 0, 'a reservation has lines')
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) {
    assert(Number.isSafeInteger(quantity) && quantity > 0, 'a line has a positive quantity')
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  }
  return Array.from(quantities, ([sku, quantity]) => ({ sku, quantity }))
}

/**
 * The order in which everybody acquires SKUs: of two buyers who want the same ones, the first to get one
 * of them gets the others too, so they never both lose.
 */
export function inSkuOrder(lines: readonly ReservationLine[]): ReservationLine[] {
  return sumBySku(lines).toSorted((a, b) => (a.sku < b.sku ? -1 : 1))
}
