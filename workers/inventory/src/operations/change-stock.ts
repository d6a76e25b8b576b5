import { ok, type Result } from '@kiosk/contracts/primitives/result'
import { callContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import type { Deps } from '../deps.ts'
import type { Stock } from '../domain/sku.ts'
import type { ChangeRefusal, SplitView } from '../objects/sku-split.ts'
import { writeStockIndex } from '../store/stock-index.ts'

/** Sets what is on hand, as counted. */
export async function setStock(
  deps: Deps,
  sku: string,
  count: { readonly onHand: number; readonly lowStockThreshold?: number | undefined },
): Promise<Result<Stock, ChangeRefusal>> {
  const result = await deps.stock.getByName(sku).set(callContext(), sku, count)
  return result.ok ? ok(await showNow(deps, result.value)) : result
}

/** Adds units, or takes them away. */
export async function adjustStock(
  deps: Deps,
  sku: string,
  adjustment: { readonly delta: number; readonly reason: string },
): Promise<Result<Stock, ChangeRefusal>> {
  const result = await deps.stock.getByName(sku).adjust(callContext(), adjustment)
  return result.ok ? ok(await showNow(deps, result.value)) : result
}

/** Spreads its stock over so many buckets; null for a SKU that is not known. */
export function splitStock(deps: Deps, sku: string, buckets: number): Promise<SplitView | null> {
  return deps.stock.getByName(sku).split(callContext(), buckets)
}

/**
 * Writes the index at once, so that whoever changed the stock finds it in the list. It only saves a wait:
 * the object writes it too, so a failure must not make a change look refused that was made.
 */
async function showNow(deps: Deps, stock: Stock): Promise<Stock> {
  await writeStockIndex(deps.db, stock, deps.now()).catch((error: unknown) => {
    log('warn', 'stock index not written', { sku: stock.sku, error: describeError(error) })
  })
  return stock
}
