import { z } from '@hono/zod-openapi'
import { ReservationId, Sku } from '../primitives/id.ts'
import { Instant } from '../primitives/time.ts'
import { defineEvent } from './event.ts'

const units = z.number().int().min(0)

const SKU = 'SHIRT-BLUE-M'
const RESERVATION = 'rsv_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'

export const StockChanged = defineEvent({
  type: 'stock.changed',
  source: '/inventory',
  when:
    'The balance of a SKU changed; this is it as of `aggregateversion`. Coalesced: one event may stand ' +
    'for many sales.',
  data: z.object({ sku: Sku, onHand: units, reserved: units, available: units }),
  example: { subject: SKU, data: { sku: SKU, onHand: 120, reserved: 2, available: 118 } },
})

export const StockLow = defineEvent({
  type: 'stock.low',
  source: '/inventory',
  when: 'What is available fell to the threshold or below. Said once, until it has risen again.',
  data: z.object({ sku: Sku, available: units, lowStockThreshold: units }),
  example: { subject: SKU, data: { sku: SKU, available: 10, lowStockThreshold: 10 } },
})

export const ReservationExpired = defineEvent({
  type: 'reservation.expired',
  source: '/inventory',
  when:
    'A held line passed its deadline and its units are free again. One event per line. `orderId` is free ' +
    'text where staff reserved by hand.',
  data: z.object({
    reservationId: ReservationId,
    orderId: z.string().max(100),
    sku: Sku,
    quantity: units,
    expiresAt: Instant.openapi({ description: 'The deadline that has passed' }),
  }),
  example: {
    subject: RESERVATION,
    data: {
      reservationId: RESERVATION,
      orderId: 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
      sku: SKU,
      quantity: 2,
      expiresAt: '2026-11-20T12:00:00.000Z',
    },
  },
})
