import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * Events in the order in which they were committed, each in the batch of the change that it tells of. Who
 * hears them, SUBSCRIPTIONS says.
 */
export const outbox = sqliteTable('outbox', {
  /** When it was committed: see `seqAt` of outbox-log.ts. */
  seq: integer('seq').primaryKey(),
  event: text('event').notNull(),
})

/** How far the relay had come in each minute in which it sent something. */
export const outboxSent = sqliteTable('outbox_sent', {
  /** Minutes since the epoch. */
  minute: integer('minute').primaryKey(),
  /** Everything up to this `seq` was taken by its queues, or is in `outbox_late`. */
  upto: integer('upto').notNull(),
  at: integer('at').notNull(),
})

/** What is to be tried again: a queue did not take it, or somebody asked for it once more. */
export const outboxLate = sqliteTable(
  'outbox_late',
  {
    seq: integer('seq').notNull(),
    destination: text('destination').notNull(),
    attempts: integer('attempts').notNull(),
    dueAt: integer('due_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.seq, table.destination] })],
)

/**
 * Events that took effect and left nothing else that says so: the row is written in the batch of the effect,
 * so a second one aborts it.
 */
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
