import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Account } from '../domain/ledger.ts'
import type { PaymentStatus } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'

export {
  deadLetters,
  deliveryFailures,
  idempotencyClaims,
  inbox,
  outbox,
  outboxLate,
  outboxSent,
} from '@kiosk/kit/tables'

// Constraints and indexes are in migrations/payments.

export const payments = sqliteTable('payments', {
  id: text('id').primaryKey(),
  orderId: text('order_id').notNull(),
  customerId: text('customer_id').notNull(),
  amountMinor: integer('amount_minor').notNull(),
  currency: text('currency').notNull(),
  provider: text('provider').notNull(),
  providerRef: text('provider_ref'),
  status: text('status').$type<PaymentStatus>().notNull(),
  /** Follows from the status. */
  ended: integer('ended').notNull().default(0),
  failureCode: text('failure_code'),
  capturedMinor: integer('captured_minor').notNull(),
  refundedMinor: integer('refunded_minor').notNull(),
  version: integer('version').notNull(),
  answerBy: integer('answer_by').notNull(),
  checkAt: integer('check_at'),
  checks: integer('checks').notNull(),
  traceparent: text('traceparent').notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

export const refunds = sqliteTable('refunds', {
  id: text('id').primaryKey(),
  paymentId: text('payment_id').notNull(),
  amountMinor: integer('amount_minor').notNull(),
  currency: text('currency').notNull(),
  reason: text('reason').notNull(),
  status: text('status').$type<Refund['status']>().notNull(),
  failureCode: text('failure_code'),
  checkAt: integer('check_at'),
  checks: integer('checks').notNull(),
  traceparent: text('traceparent').notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

export const closedOrders = sqliteTable('closed_orders', {
  orderId: text('order_id').primaryKey(),
  reason: text('reason').notNull(),
  closedAt: integer('closed_at').notNull(),
})

export const ledgerEntries = sqliteTable(
  'ledger_entries',
  {
    paymentId: text('payment_id').notNull(),
    transactionId: text('transaction_id').notNull(),
    account: text('account').$type<Account>().notNull(),
    debitMinor: integer('debit_minor').notNull(),
    creditMinor: integer('credit_minor').notNull(),
    currency: text('currency').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.paymentId, table.transactionId, table.account] })],
)

export const webhookEvents = sqliteTable(
  'webhook_events',
  {
    provider: text('provider').notNull(),
    eventId: text('event_id').notNull(),
    receivedAt: integer('received_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.eventId] })],
)
