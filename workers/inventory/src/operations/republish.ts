import type { Subscriber } from '@kiosk/contracts/events'
import { callContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import { skusWrittenSince } from '../store/stock-index.ts'
import { inParallel } from './in-parallel.ts'

/** An event may be younger than the row that its change left in the index, by coalescing and retries. */
const SLACK_MS = 10 * 60 * 1000
const OBJECTS_AT_ONCE = 10

/** Sends again what the SKUs' objects have said since a time (epoch ms). Returns how many messages. */
export async function republish(
  deps: Deps,
  since: number,
  subscriber: Subscriber | null,
): Promise<number> {
  const call = callContext()
  let republished = 0
  await inParallel(
    await skusWrittenSince(deps.db, since - SLACK_MS),
    OBJECTS_AT_ONCE,
    async (sku) => {
      republished += await deps.stock.getByName(sku).republish(call, since, subscriber)
    },
  )
  return republished
}
