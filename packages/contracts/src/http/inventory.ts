import { z } from '@hono/zod-openapi'
import { pathId, Sku } from '../primitives/id.ts'
import { PageQuery, pageOf } from '../primitives/page.ts'
import { line } from '../primitives/text.ts'
import { Instant } from '../primitives/time.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'

const tags: [string] = ['inventory']

/** The most units that one SKU can have on hand. */
export const UNITS_MAX = 1_000_000_000
/** The most buckets that the stock of one SKU can be split into. */
export const BUCKETS_MAX = 16
const LINE_QUANTITY_MAX = 1_000_000
const TTL_SECONDS_DEFAULT = 15 * 60
const TTL_SECONDS_MAX = 60 * 60

const units = z.number().int().min(0).max(UNITS_MAX)

function count(description: string, example: number) {
  return z.number().int().openapi({ description, example })
}

export const StockView = z
  .object({
    sku: z.string().openapi({ example: 'TEE-BLUE-M' }),
    onHand: count('What lies on the shelf', 120),
    reserved: count('What of it is promised to orders', 2),
    available: count('What can still be promised', 118),
    version: count('Rises with every change', 7),
    lowStockThreshold: count('At this many available units or fewer, the SKU is low', 10),
  })
  .openapi('Stock')
export type StockView = z.infer<typeof StockView>

export const SplitView = z
  .object({
    sku: z.string().openapi({ example: 'TEE-BLUE-M' }),
    count: count('Over how many buckets reservations are spread, 1: the stock is in one place', 4),
    effectiveAt: Instant.nullable().openapi({
      description: 'Reservations made from then on; null: all, the stock was never split',
    }),
    buckets: z
      .array(
        z.object({
          onHand: count('What lies in this bucket', 30),
          reserved: count('What of it is promised to orders', 1),
          available: count('What can still be promised; others can have it too', 29),
        }),
      )
      .max(BUCKETS_MAX)
      .openapi({ description: 'Every bucket that was ever in use, the first one for good' }),
  })
  .openapi('StockBuckets')
export type SplitView = z.infer<typeof SplitView>

export const MovementView = z
  .object({
    id: count('Rises with time, within a bucket of the SKU', 12),
    at: Instant,
    delta: count('Units added, or taken away', -2),
    reason: z.string().openapi({
      description: '`count`, `sale`, `return`, or what staff gave',
      example: 'sale',
    }),
    reference: z.string().optional().openapi({ description: 'The order that caused it' }),
    actor: z.string().openapi({ description: 'A user id, or `system`', example: 'system' }),
    onHand: count('What was on hand after it', 120),
  })
  .openapi('StockMovement')
export type MovementView = z.infer<typeof MovementView>

/** A SKU that is read: any bounded text, because what is no SKU names nothing (404). */
const SkuInPath = z.object({
  sku: z.string().min(1).max(100).openapi({ description: 'The SKU', example: 'TEE-BLUE-M' }),
})

export const listInventory = defineRoute({
  operationId: 'listInventory',
  method: 'get',
  path: '/v1/inventory',
  tags,
  access: 'staff',
  summary: 'The stock of all SKUs, by SKU',
  description: 'Follows the balances within a second. `GET /v1/inventory/{sku}` is always exact.',
  request: {
    query: PageQuery.extend({
      low: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({
          param: { name: 'low', in: 'query' },
          description: '`true`: only SKUs at or below their threshold. `false`: all',
        }),
    }),
  },
  responses: { 200: jsonAnswer('A page of stock', pageOf(StockView)) },
})

export const getStock = defineRoute({
  operationId: 'getStock',
  method: 'get',
  path: '/v1/inventory/{sku}',
  tags,
  access: 'staff',
  summary: 'The stock of one SKU',
  request: { params: SkuInPath },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The stock', StockView) },
})

export const setStock = defineRoute({
  operationId: 'setStock',
  method: 'put',
  path: '/v1/inventory/{sku}',
  tags,
  access: 'staff',
  summary: 'Sets what is on hand, as counted; the SKU is made known if it is not',
  request: {
    params: z.object({ sku: Sku.openapi({ description: 'The SKU' }) }),
    body: jsonBody(
      z
        .object({ onHand: units, lowStockThreshold: units.optional() })
        .openapi('SetStock', { example: { onHand: 120, lowStockThreshold: 10 } }),
    ),
  },
  errors: ['below_reserved'],
  responses: { 200: jsonAnswer('The stock', StockView) },
})

export const listBuckets = defineRoute({
  operationId: 'listBuckets',
  method: 'get',
  path: '/v1/inventory/{sku}/buckets',
  tags,
  access: 'staff',
  summary: 'How the stock of a SKU is spread over buckets',
  request: { params: SkuInPath },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The buckets', SplitView) },
})

export const splitStock = defineRoute({
  operationId: 'splitStock',
  method: 'put',
  path: '/v1/inventory/{sku}/buckets',
  tags,
  access: 'staff',
  summary: 'Splits the stock of a SKU that sells too fast for one place, while it sells',
  description:
    'Reservations made from `effectiveAt` on, seconds later, are spread over so many buckets. Units go where they are wanted: a bucket that has none gets them from the others before it refuses anybody. `count` 1 puts them together again; the same `count` again gives every bucket an equal share.',
  request: {
    params: SkuInPath,
    body: jsonBody(
      z
        .object({ count: z.number().int().min(1).max(BUCKETS_MAX) })
        .openapi('SplitStock', { example: { count: 4 } }),
    ),
  },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The buckets', SplitView) },
})

export const adjustStock = defineRoute({
  operationId: 'adjustStock',
  method: 'post',
  path: '/v1/inventory/{sku}/adjustments',
  tags,
  access: 'staff',
  summary: 'Adds units, or takes them away',
  request: {
    params: SkuInPath,
    body: jsonBody(
      z
        .object({
          delta: z
            .number()
            .int()
            .min(-UNITS_MAX)
            .max(UNITS_MAX)
            .refine((delta) => delta !== 0, 'must not be 0'),
          reason: line(200, 'damaged in the warehouse'),
        })
        .openapi('AdjustStock', { example: { delta: -2, reason: 'damaged in the warehouse' } }),
    ),
  },
  errors: ['not_found', 'below_reserved'],
  responses: { 200: jsonAnswer('The stock', StockView) },
})

export const listMovements = defineRoute({
  operationId: 'listMovements',
  method: 'get',
  path: '/v1/inventory/{sku}/movements',
  tags,
  access: 'staff',
  summary: 'Every change of what is on hand, newest first',
  request: { params: SkuInPath, query: PageQuery },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('A page of movements', pageOf(MovementView)) },
})

const ReservationLine = z
  .object({ sku: Sku, quantity: z.number().int().min(1).max(LINE_QUANTITY_MAX) })
  .openapi('ReservationLine')

export const ReservationView = z
  .object({
    id: z.string().openapi({ example: 'rsv_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C' }),
    orderId: z.string().openapi({ example: 'photo shoot' }),
    status: z.enum(['held', 'committed', 'released']),
    expiresAt: Instant.nullable().openapi({ description: 'null once it has no deadline any more' }),
    lines: z.array(
      z.object({ sku: z.string().openapi({ example: 'TEE-BLUE-M' }), quantity: z.number().int() }),
    ),
  })
  .openapi('Reservation')
export type ReservationView = z.infer<typeof ReservationView>

export const createReservation = defineRoute({
  operationId: 'createReservation',
  method: 'post',
  path: '/v1/reservations',
  tags,
  access: 'staff',
  summary: 'Holds units by hand: all lines, or none',
  request: {
    body: jsonBody(
      z
        .object({
          orderId: line(100, 'photo shoot').openapi({
            description: 'What the units are for: any text',
          }),
          lines: z.array(ReservationLine).min(1).max(50),
          ttlSeconds: z.number().int().min(1).max(TTL_SECONDS_MAX).default(TTL_SECONDS_DEFAULT),
        })
        .openapi('CreateReservation'),
    ),
  },
  errors: ['insufficient_stock'],
  responses: { 201: jsonAnswer('The reservation', ReservationView) },
})

const ReservationInPath = z.object({ id: pathId('reservation') })

export const releaseReservation = defineRoute({
  operationId: 'releaseReservation',
  method: 'post',
  path: '/v1/reservations/{id}/release',
  tags,
  access: 'staff',
  summary: 'Ends a reservation made by hand; units that were deducted return',
  request: { params: ReservationInPath },
  errors: ['not_found', 'owned_by_order'],
  responses: { 200: jsonAnswer('The reservation', ReservationView) },
})

export const commitReservation = defineRoute({
  operationId: 'commitReservation',
  method: 'post',
  path: '/v1/reservations/{id}/commit',
  tags,
  access: 'staff',
  summary: 'Deducts the units of a reservation made by hand',
  request: { params: ReservationInPath },
  errors: ['not_found', 'owned_by_order', 'reservation_ended', 'insufficient_stock'],
  responses: { 200: jsonAnswer('The reservation', ReservationView) },
})

export const inventoryRoutes = [
  listInventory,
  getStock,
  setStock,
  listBuckets,
  splitStock,
  adjustStock,
  listMovements,
  createReservation,
  releaseReservation,
  commitReservation,
] as const
