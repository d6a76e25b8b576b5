import type { EventOf } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { recordStock } from '../store/stock-store.ts'

/**
 * Takes over what inventory told of a SKU. Told twice or late it changes nothing, by its version, and
 * it may be told before the product of the SKU exists here.
 */
export async function onStockChanged(event: EventOf<'stock.changed'>, deps: Deps): Promise<void> {
  const { sku, available } = event.data
  const fact = { sku, available, version: event.aggregateversion }
  await deps.commit(recordStock(deps.db, fact, deps.now()))
  // Also when it changed nothing: the message may be here again because this failed.
  await deps.relay().stockMoved({ sku, isInStock: available > 0, version: fact.version })
}
