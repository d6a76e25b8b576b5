-- Events to send, in the order of their commits. `seq` is the time of the commit, made unique: the relay goes
-- through it once, and marks how far it has come.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY, -- 1,024 times the epoch ms of its commit, and one more if that is taken.
  event TEXT NOT NULL -- The whole CloudEvent, as it is sent.
) STRICT;

-- How far that was in each minute: everything up to `upto` was sent, or is late.
CREATE TABLE outbox_sent (
  minute INTEGER PRIMARY KEY, -- Minutes since the epoch.
  upto INTEGER NOT NULL, -- The last `seq` that was gone through.
  at INTEGER NOT NULL -- When.
) STRICT;

-- What a queue did not take, and what an operator wants sent again.
CREATE TABLE outbox_late (
  seq INTEGER NOT NULL, -- Refers to outbox.seq.
  destination TEXT NOT NULL, -- The Worker whose queue it is for.
  attempts INTEGER NOT NULL, -- Sends that failed since it became due.
  due_at INTEGER NOT NULL, -- When it is tried again.
  PRIMARY KEY (seq, destination)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_late_due ON outbox_late (due_at);

-- Events that took effect and left no other trace: written in the batch of the effect.
CREATE TABLE inbox (
  event_id TEXT PRIMARY KEY, -- Inserting it twice aborts the batch of a second effect.
  received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What went wrong with an event that is still being retried.
CREATE TABLE delivery_failures (
  event_id TEXT PRIMARY KEY, -- Of what is no event: `msg_` and a hash of it.
  attempts INTEGER NOT NULL, -- How often it has been tried.
  error TEXT NOT NULL, -- The last error, with its causes.
  first_at INTEGER NOT NULL, -- When it first failed.
  last_at INTEGER NOT NULL -- When it last failed.
) STRICT, WITHOUT ROWID;

-- Messages that failed every retry, kept until an operator replays them.
CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY, -- `dlq_<service>_` and a ULID: it names its service.
  event_id TEXT NOT NULL UNIQUE, -- The same event dying again re-opens its letter.
  type TEXT NOT NULL, -- Of the event; `unknown` for what is none.
  event TEXT NOT NULL, -- What was in the queue, whatever it was.
  error TEXT NOT NULL, -- The last error, with its causes.
  attempts INTEGER NOT NULL, -- How often it was tried before it died.
  dead_at INTEGER NOT NULL, -- When it last died.
  replayed_at INTEGER, -- When it was last sent again; null: it waits for an operator.
  replays INTEGER NOT NULL DEFAULT 0, -- How often it was sent again.
  first_failed_at INTEGER NOT NULL DEFAULT 0, -- Since when it fails.
  last_failed_at INTEGER NOT NULL DEFAULT 0, -- Its last attempt.
  history TEXT NOT NULL DEFAULT '[]' -- Deaths and replays, oldest first.
) STRICT;
CREATE INDEX dead_letters_open ON dead_letters (type, id) WHERE replayed_at IS NULL;

-- One row per (route, customer, key): who works on it, and what was answered.
CREATE TABLE idempotency_claims (
  route TEXT NOT NULL, -- Method and path template.
  customer_id TEXT NOT NULL, -- Who calls. Refers to users.users.id.
  key TEXT NOT NULL, -- The `Idempotency-Key` of the request.
  body_hash TEXT NOT NULL, -- Another body under a used key is refused.
  resource_id TEXT NOT NULL, -- The id that the work will have, chosen before it begins.
  lease_until INTEGER NOT NULL, -- Afterwards somebody else may take the work over.
  answer TEXT, -- What was answered and is answered again; null: not answered yet.
  created_at INTEGER NOT NULL,
  PRIMARY KEY (route, customer_id, key)
) STRICT, WITHOUT ROWID;
