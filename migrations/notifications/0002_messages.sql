-- People as the users Worker tells of them. A deleted account leaves its id and version only, so that an
-- event from before the deletion cannot bring its data back.
CREATE TABLE contacts (
  user_id TEXT PRIMARY KEY, -- Refers to users.users.id.
  email TEXT,
  phone TEXT,
  name TEXT,
  locale TEXT, -- Decides language and formats.
  role TEXT CHECK (role IN ('customer', 'staff', 'admin')), -- Staff and admins hear of low stock.
  version INTEGER NOT NULL, -- Of the account it shows; an older event is ignored.
  deleted_at INTEGER, -- When the account was deleted; null: it is there.
  CHECK (
    CASE WHEN deleted_at IS NULL
      THEN email IS NOT NULL AND name IS NOT NULL AND locale IS NOT NULL AND role IS NOT NULL
      ELSE coalesce(email, phone, name, locale, role) IS NULL
    END
  )
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_staff ON contacts (user_id) WHERE role IN ('staff', 'admin');

-- What a person wants to hear. Without a row, everything.
CREATE TABLE preferences (
  user_id TEXT PRIMARY KEY, -- Refers to contacts.user_id.
  email_orders INTEGER NOT NULL CHECK (email_orders IN (0, 1)), -- Of orders, by mail.
  email_payments INTEGER NOT NULL CHECK (email_payments IN (0, 1)), -- Of payments, by mail.
  sms_orders INTEGER NOT NULL CHECK (sms_orders IN (0, 1)), -- Of orders, by SMS.
  sms_payments INTEGER NOT NULL CHECK (sms_payments IN (0, 1)) -- Of payments, by SMS.
) STRICT, WITHOUT ROWID;

-- One message to one person over one channel about one event, which has one template. Event ids sort by age.
CREATE TABLE messages (
  id TEXT NOT NULL, -- Goes along as the idempotency key of the provider.
  recipient TEXT NOT NULL, -- Refers to contacts.user_id.
  event_id TEXT NOT NULL, -- What it tells of.
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  template TEXT NOT NULL, -- Which text.
  to_address TEXT NOT NULL, -- Mail address or phone number.
  subject TEXT, -- Null for an SMS.
  text TEXT NOT NULL,
  html TEXT, -- Null for an SMS.
  -- `suppressed`: muted, or its person is gone.
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'suppressed')),
  order_id TEXT, -- The order it is about, if any. Refers to orders.orders.id.
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0), -- How often it was handed over.
  -- When the dispatcher hands it over. NULL: whoever wrote it does, or it is done.
  due_at INTEGER,
  last_error TEXT, -- Why the last attempt failed.
  created_at INTEGER NOT NULL,
  sent_at INTEGER, -- When the provider took it.
  UNIQUE (recipient, event_id, channel),
  CHECK (status = 'pending' OR due_at IS NULL),
  CHECK ((status = 'sent') = (sent_at IS NOT NULL))
) STRICT;
CREATE INDEX messages_due ON messages (channel, due_at) WHERE due_at IS NOT NULL;

-- What the development mailbox accepted: the books of that provider, one row per idempotency key.
CREATE TABLE mailbox (
  message_id TEXT PRIMARY KEY, -- Refers to messages.id.
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  to_address TEXT NOT NULL, -- As it was given to the provider.
  subject TEXT, -- Null for an SMS.
  text TEXT NOT NULL,
  html TEXT, -- Null for an SMS.
  accepted_at INTEGER NOT NULL -- When it was handed over.
) STRICT, WITHOUT ROWID;
