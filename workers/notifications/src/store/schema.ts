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

/** One message to one person over one channel. */
export const messages = sqliteTable(
  'messages',
  {
    id: text('id').primaryKey(),
    eventId: text('event_id').notNull(),
    template: text('template', { enum: TEMPLATE_NAMES }).notNull(),
    channel: text('channel', { enum: CHANNELS }).notNull(),
    recipient: text('recipient').notNull(),
    toAddress: text('to_address').notNull(),
    subject: text('subject'),
    text: text('text').notNull(),
    html: text('html'),
    status: text('status', { enum: ['pending', 'sent', 'failed', 'suppressed'] }).notNull(),
    orderId: text('order_id'),
    attempts: integer('attempts').notNull().default(0),
    dueAt: integer('due_at').notNull(),
    lastError: text('last_error'),
    createdAt: integer('created_at').notNull(),
    sentAt: integer('sent_at'),
  },
  (table) => [
    uniqueIndex('messages_once').on(table.eventId, table.template, table.channel, table.recipient),
    index('messages_due')
      .on(table.channel, table.dueAt)
      .where(sql`status = 'pending'`),
    index('messages_of_recipient').on(table.recipient, table.id),
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
