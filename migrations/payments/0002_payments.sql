-- An attempt to pay an order in full.
CREATE TABLE payments (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL, -- Refers to orders.orders.id.
  customer_id TEXT NOT NULL, -- Refers to users.users.id.
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0), -- The full total of the order.
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  provider TEXT NOT NULL, -- Which one was asked.
  -- The provider's own id of it, if it gives one.
  provider_ref TEXT,
  status TEXT NOT NULL
    CHECK (status IN ('processing', 'requires_action', 'succeeded', 'failed', 'voided')),
  -- For the indexes below, which then stay as they are when a payment succeeds.
  ended INTEGER NOT NULL DEFAULT 0 CHECK (ended = (status IN ('failed', 'voided'))),
  failure_code TEXT, -- Why it failed; null unless it did.
  -- All or nothing. More than 0 on a failed or voided payment: the success came too late and is
  -- refunded.
  captured_minor INTEGER NOT NULL DEFAULT 0 CHECK (captured_minor IN (0, amount_minor)),
  -- Succeeded refunds.
  refunded_minor INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND captured_minor),
  version INTEGER NOT NULL,
  -- No call to the provider that may still charge runs past this moment.
  answer_by INTEGER NOT NULL,
  -- When reconciliation looks next; null when there is nothing left to learn.
  check_at INTEGER,
  checks INTEGER NOT NULL DEFAULT 0, -- How often reconciliation has looked.
  traceparent TEXT NOT NULL, -- Of the request that began it.
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
  CHECK (status <> 'succeeded' OR captured_minor = amount_minor),
  CHECK (status NOT IN ('processing', 'requires_action') OR check_at IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- One payment per order that is under way or has succeeded.
CREATE UNIQUE INDEX payments_active ON payments (order_id) WHERE ended = 0;
CREATE INDEX payments_ended ON payments (order_id) WHERE ended = 1;
CREATE INDEX payments_check ON payments (check_at) WHERE check_at IS NOT NULL;

-- The row reserves its amount: what all but the failed ones sum up to never exceeds what was
-- captured.
CREATE TABLE refunds (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payments (id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0), -- What goes back.
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  reason TEXT NOT NULL, -- As staff gave it, or why it goes back by itself.
  status TEXT NOT NULL CHECK (status IN ('processing', 'succeeded', 'failed')),
  failure_code TEXT, -- Why it failed; null unless it did.
  check_at INTEGER, -- When reconciliation looks next; null once it is settled.
  checks INTEGER NOT NULL DEFAULT 0, -- How often it has looked.
  traceparent TEXT NOT NULL, -- Of the request that began it.
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
  CHECK ((status = 'processing') = (check_at IS NOT NULL))
) STRICT;
CREATE INDEX refunds_payment ON refunds (payment_id);
CREATE INDEX refunds_check ON refunds (check_at) WHERE check_at IS NOT NULL;

-- Orders that may not be paid any more, whether or not they have a payment.
CREATE TABLE closed_orders (
  order_id TEXT PRIMARY KEY, -- Refers to orders.orders.id.
  reason TEXT NOT NULL, -- Why it was cancelled.
  closed_at INTEGER NOT NULL -- When payments heard of it.
) STRICT, WITHOUT ROWID;

-- Double entry: the entries of a transaction debit as much as they credit. Corrections are new
-- entries.
CREATE TABLE ledger_entries (
  payment_id TEXT NOT NULL REFERENCES payments (id),
  transaction_id TEXT NOT NULL, -- The payment that was captured, or the refund.
  account TEXT NOT NULL, -- Whose money.
  debit_minor INTEGER NOT NULL DEFAULT 0 CHECK (debit_minor >= 0), -- 0 on the credit side.
  credit_minor INTEGER NOT NULL DEFAULT 0 CHECK (credit_minor >= 0), -- 0 on the debit side.
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  created_at INTEGER NOT NULL,
  CHECK ((debit_minor = 0) <> (credit_minor = 0)),
  -- A capture or a refund, which belongs to one payment, is booked once, whoever reports it.
  PRIMARY KEY (payment_id, transaction_id, account)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- News from providers that took effect: written in the batch of the effect.
CREATE TABLE webhook_events (
  provider TEXT NOT NULL, -- Who sent it.
  event_id TEXT NOT NULL, -- As the provider names it.
  received_at INTEGER NOT NULL,
  PRIMARY KEY (provider, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_events_received ON webhook_events (received_at);
