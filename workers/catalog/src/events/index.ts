import type { HandlerTable } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { onStockChanged } from './on-stock-changed.ts'

/** What catalog hears, and what it does then. */
export const handlers: HandlerTable<'catalog', Deps> = {
  'stock.changed': onStockChanged,
}
