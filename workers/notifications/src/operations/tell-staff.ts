import type { EventOf } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { findStaff } from '../store/contacts.ts'
import { stockLow } from '../templates/stock-low.ts'
import { notify } from './notify.ts'

/** More people than this run no shop; a mistake in roles must not become a flood of mail. */
const STAFF_MAX = 100

/** Tells everybody who runs the shop that a SKU runs out. */
export function tellStaffOfLowStock(deps: Deps, event: EventOf<'stock.low'>): Promise<void> {
  return notify(deps, event, stockLow, () => findStaff(deps.db, STAFF_MAX))
}
