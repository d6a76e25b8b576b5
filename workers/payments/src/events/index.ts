import type { HandlerTable } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { onOrderCancelled } from './on-order-cancelled.ts'

/** What payments hears, and what it does then. */
export const handlers: HandlerTable<'payments', Deps> = {
  'order.cancelled': onOrderCancelled,
}
