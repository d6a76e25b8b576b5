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
