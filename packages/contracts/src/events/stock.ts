import { z } from '@hono/zod-openapi'
import { ReservationId, Sku } from '../primitives/id.ts'
import { eventSchema } from './event.ts'

const units = z.number().int().min(0)

/** The balance of a SKU as of `aggregateversion`. Coalesced: one event may stand for many sales. */
export const StockChanged = eventSchema(
  'stock.changed',
  '/inventory',
  z.object({ sku: Sku, onHand: units, reserved: units, available: units }),
)
/** What is available fell to the threshold or below; said once until it has risen again. */
export const StockLow = eventSchema(
  'stock.low',
  '/inventory',
  z.object({ sku: Sku, available: units, lowStockThreshold: units }),
)
/**
 * A held line passed its deadline and its units are free again. One event per line. `orderId` is free
 * text where staff reserved by hand.
 */
export const ReservationExpired = eventSchema(
  'reservation.expired',
  '/inventory',
  z.object({
    reservationId: ReservationId,
    orderId: z.string().max(100),
    sku: Sku,
    quantity: units,
  }),
)
