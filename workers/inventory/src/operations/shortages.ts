import type { Shortage } from '@kiosk/contracts/errors'
import type { Deps } from '../deps.ts'
import type { LineRefusal } from '../objects/sku-lines.ts'
import { askShelf } from './shelf.ts'
import type { SkuTerms } from './terms.ts'

type Short = LineRefusal & { readonly code: 'insufficient_stock' }

/** The SKUs that a reservation cannot have, and whether all of them may be had in a moment. */
export interface Shortages {
  readonly shortages: readonly Shortage[]
  readonly contended: boolean
}

/** Names every short SKU: the one whose refusal is at hand, and those that nobody has asked yet. */
export async function findShortages(
  deps: Deps,
  refused: { readonly line: SkuTerms; readonly refusal: Short },
  others: readonly SkuTerms[],
): Promise<Shortages> {
  const checked = await Promise.all(
    others.map(async (line) => {
      const result = await askShelf(deps, line, (stock, call, terms) => stock.check(call, terms))
      return result.ok || result.refusal.code !== 'insufficient_stock'
        ? []
        : [{ line, refusal: result.refusal }]
    }),
  )
  const short = [refused, ...checked.flat()]
  return {
    shortages: short.map(({ line, refusal }) => ({
      sku: line.sku,
      requested: line.terms.quantity,
      available: refusal.available,
    })),
    contended: short.every(({ refusal }) => refusal.contended),
  }
}
