-- Events to send: one row per event and destination.
CREATE TABLE outbox (
  event_id TEXT NOT NULL,
  destination TEXT NOT NULL,
  event TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  published_at INTEGER,
  PRIMARY KEY (event_id, destination)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (due_at, event_id) WHERE published_at IS NULL;

-- Events that took effect: written in the batch of the effect.
CREATE TABLE inbox (
  event_id TEXT PRIMARY KEY,
  received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What went wrong with an event that is still being retried.
CREATE TABLE delivery_failures (
  event_id TEXT PRIMARY KEY,
  attempts INTEGER NOT NULL,
  error TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages that failed every retry, kept until an operator replays them.
CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  event TEXT NOT NULL,
  error TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  dead_at INTEGER NOT NULL,
  replayed_at INTEGER,
  replays INTEGER NOT NULL DEFAULT 0
) STRICT;
