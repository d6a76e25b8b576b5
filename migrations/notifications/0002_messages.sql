-- People as the users Worker tells of them. A deleted account leaves its id and version only, so that an
-- event from before the deletion cannot bring its data back.
CREATE TABLE contacts (
  user_id TEXT PRIMARY KEY,
  email TEXT,
  phone TEXT,
  name TEXT,
  locale TEXT,
  role TEXT CHECK (role IN ('customer', 'staff', 'admin')),
  version INTEGER NOT NULL,
  deleted_at INTEGER,
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
  user_id TEXT PRIMARY KEY,
  email_orders INTEGER NOT NULL CHECK (email_orders IN (0, 1)),
  email_payments INTEGER NOT NULL CHECK (email_payments IN (0, 1)),
  sms_orders INTEGER NOT NULL CHECK (sms_orders IN (0, 1)),
  sms_payments INTEGER NOT NULL CHECK (sms_payments IN (0, 1))
) STRICT, WITHOUT ROWID;

-- One message to one person over one channel. Ids are ULIDs, so they sort by age.
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL,
  template TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  recipient TEXT NOT NULL,
  to_address TEXT NOT NULL,
  subject TEXT,
  text TEXT NOT NULL,
  html TEXT,
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'suppressed')),
  order_id TEXT,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  due_at INTEGER NOT NULL,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  UNIQUE (event_id, template, channel, recipient),
  CHECK ((status = 'sent') = (sent_at IS NOT NULL))
) STRICT;
CREATE INDEX messages_due ON messages (channel, due_at) WHERE status = 'pending';
CREATE INDEX messages_of_recipient ON messages (recipient, id);

-- What the development mailbox accepted: the books of that provider, one row per idempotency key.
CREATE TABLE mailbox (
  message_id TEXT PRIMARY KEY,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  to_address TEXT NOT NULL,
  subject TEXT,
  text TEXT NOT NULL,
  html TEXT,
  accepted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
