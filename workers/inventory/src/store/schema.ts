import type { ReservationLine } from '@kiosk/contracts/rpc/inventory'
import { sql } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export { deadLetters, deliveryFailures, inbox } from '@kiosk/kit/tables'

export const stockIndex = sqliteTable('stock_index', {
  sku: text('sku').primaryKey(),
  onHand: integer('on_hand').notNull(),
  reserved: integer('reserved').notNull(),
  available: integer('available')
    .notNull()
    .generatedAlwaysAs(sql`on_hand - reserved`, { mode: 'stored' }),
  lowStockThreshold: integer('low_stock_threshold').notNull(),
  version: integer('version').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

export const reservations = sqliteTable('reservations', {
  id: text('id').primaryKey(),
  orderId: text('order_id').notNull(),
  owner: text('owner', { enum: ['orders', 'staff'] }).notNull(),
  lines: text('lines', { mode: 'json' }).$type<readonly ReservationLine[]>().notNull(),
  expiresAt: integer('expires_at').notNull(),
  createdAt: integer('created_at').notNull(),
})
