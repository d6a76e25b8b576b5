import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Events to send: one row per event and destination, written in the batch of the change they tell of. */
export const outbox = sqliteTable(
  'outbox',
  {
    eventId: text('event_id').notNull(),
    destination: text('destination').notNull(),
    event: text('event').notNull(),
    attempts: integer('attempts').notNull().default(0),
    dueAt: integer('due_at').notNull(),
    publishedAt: integer('published_at'),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.destination] }),
    index('outbox_due')
      .on(table.dueAt, table.eventId)
      .where(sql`published_at is null`),
  ],
)

/** Events that took effect: the row is written in the batch of the effect, so a second one aborts it. */
export const inbox = sqliteTable('inbox', {
  eventId: text('event_id').primaryKey(),
  receivedAt: integer('received_at').notNull(),
})

/** What went wrong with an event that is still being retried. */
export const deliveryFailures = sqliteTable('delivery_failures', {
  eventId: text('event_id').primaryKey(),
  attempts: integer('attempts').notNull(),
  error: text('error').notNull(),
  firstAt: integer('first_at').notNull(),
  lastAt: integer('last_at').notNull(),
})

/** Messages that failed every retry, kept until an operator replays them. */
export const deadLetters = sqliteTable('dead_letters', {
  id: text('id').primaryKey(),
  eventId: text('event_id').notNull().unique(),
  type: text('type').notNull(),
  event: text('event').notNull(),
  error: text('error').notNull(),
  attempts: integer('attempts').notNull(),
  deadAt: integer('dead_at').notNull(),
  replayedAt: integer('replayed_at'),
  replays: integer('replays').notNull().default(0),
  firstFailedAt: integer('first_failed_at').notNull(),
  lastFailedAt: integer('last_failed_at').notNull(),
  /** JSON: every death and every replay, oldest first. */
  history: text('history').notNull(),
})

/** One row per (route, customer, key): who works on it, and what was answered. */
export const idempotencyClaims = sqliteTable(
  'idempotency_claims',
  {
    route: text('route').notNull(),
    customerId: text('customer_id').notNull(),
    key: text('key').notNull(),
    bodyHash: text('body_hash').notNull(),
    resourceId: text('resource_id').notNull(),
    leaseUntil: integer('lease_until').notNull(),
    answer: text('answer'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.route, table.customerId, table.key] })],
)
