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
