import type { HandlerTable } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { makeKnown } from '../operations/make-known.ts'
import { release } from '../operations/release.ts'
import { noteReceived } from '../store/inbox.ts'

/**
 * What inventory hears, and what it does then. Both are the same done twice: a SKU that is known stays as it
 * is, and a reservation that has ended has ended. So the inbox, which cannot be written together with the
 * objects, is written after them and turns nothing away: it says what has arrived.
 */
export const handlers: HandlerTable<'inventory', Deps> = {
  'product.created': async (event, deps) => {
    const skus = event.data.variants.map((variant) => variant.sku)
    await makeKnown(deps, skus)
    await noteReceived(deps.db, event.id, deps.now())
  },
  'order.cancelled': async (event, deps) => {
    await release(deps, event.data, 'orders')
    await noteReceived(deps.db, event.id, deps.now())
  },
}
