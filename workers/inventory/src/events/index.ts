import type { HandlerTable } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { makeKnown } from '../operations/make-known.ts'
import { release } from '../operations/release.ts'

/**
 * What inventory hears, and what it does then. Both are the same done twice, so no inbox is needed: a SKU
 * that is known stays as it is, and a reservation that has ended has ended.
 */
export const handlers: HandlerTable<'inventory', Deps> = {
  'product.created': ({ data }, deps) =>
    makeKnown(
      deps,
      data.variants.map((variant) => variant.sku),
    ),
  'order.cancelled': ({ data }, deps) => release(deps, data, 'orders'),
}
