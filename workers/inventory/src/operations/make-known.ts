import { callContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import { inParallel } from './in-parallel.ts'

const OBJECTS_AT_ONCE = 10

/** Makes SKUs known, with no stock. One that has stock already keeps it. */
export async function makeKnown(deps: Deps, skus: readonly string[]): Promise<void> {
  const call = callContext()
  await inParallel(skus, OBJECTS_AT_ONCE, async (sku) => {
    await deps.stock.getByName(sku).create(call, sku)
  })
}
