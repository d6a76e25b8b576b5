import { CHANNELS, TEMPLATE_NAMES } from '@kiosk/contracts/http/notifications'
import { ROLES } from '@kiosk/contracts/primitives/role'
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export { deadLetters, deliveryFailures, inbox } from '@kiosk/kit/tables'

/** People as the users Worker tells of them; of a deleted one, only the id and version. */
export const contacts = sqliteTable(
  'contacts',
  {
    userId: text('user_id').primaryKey(),
    email: text('email'),
    phone: text('phone'),
    name: text('name'),
    locale: text('locale'),
    role: text('role', { enum: ROLES }),
    version: integer('version').notNull(),
    deletedAt: integer('deleted_at'),
  },
  (table) => [
    index('contacts_staff')
      .on(table.userId)
      .where(sql`role in ('staff', 'admin')`),
  ],
)

/** What a person wants to hear. Without a row, everything. */
export const preferences = sqliteTable('preferences', {
  userId: text('user_id').primaryKey(),
  emailOrders: integer('email_orders', { mode: 'boolean' }).notNull(),
  emailPayments: integer('email_payments', { mode: 'boolean' }).notNull(),
  smsOrders: integer('sms_orders', { mode: 'boolean' }).notNull(),
  smsPayments: integer('sms_payments', { mode: 'boolean' }).notNull(),
})

/** One message to one person over one channel about one event. */
export const messages = sqliteTable(
  'messages',
  {
    id: text('id').notNull(),
    recipient: text('recipient').notNull(),
    eventId: text('event_id').notNull(),
    channel: text('channel', { enum: CHANNELS }).notNull(),
    template: text('template', { enum: TEMPLATE_NAMES }).notNull(),
    toAddress: text('to_address').notNull(),
    subject: text('subject'),
    text: text('text').notNull(),
    html: text('html'),
    status: text('status', { enum: ['pending', 'sent', 'failed', 'suppressed'] }).notNull(),
    orderId: text('order_id'),
    attempts: integer('attempts').notNull().default(0),
    /** When the dispatcher hands it over; null: whoever wrote it does, or it is done. */
    dueAt: integer('due_at'),
    lastError: text('last_error'),
    createdAt: integer('created_at').notNull(),
    sentAt: integer('sent_at'),
  },
  (table) => [
    uniqueIndex('messages_once').on(table.recipient, table.eventId, table.channel),
    index('messages_due')
      .on(table.channel, table.dueAt)
      .where(sql`due_at is not null`),
  ],
)

/** What the development mailbox accepted: the books of that provider, one row per idempotency key. */
export const mailbox = sqliteTable('mailbox', {
  messageId: text('message_id').primaryKey(),
  channel: text('channel', { enum: CHANNELS }).notNull(),
  toAddress: text('to_address').notNull(),
  subject: text('subject'),
  text: text('text').notNull(),
  html: text('html'),
  acceptedAt: integer('accepted_at').notNull(),
})
