-- Events to send: one row per event and destination.
CREATE TABLE outbox (
  event_id TEXT NOT NULL, -- Its ULID says when the event was made.
  destination TEXT NOT NULL, -- The Worker that hears it: its queue gets this row.
  event TEXT NOT NULL, -- The whole CloudEvent, as it is sent.
  attempts INTEGER NOT NULL DEFAULT 0, -- Sends that failed since it became due.
  due_at INTEGER NOT NULL, -- When it is sent, or sent again.
  published_at INTEGER, -- When its queue took it; null: not yet.
  PRIMARY KEY (event_id, destination)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (due_at, event_id) WHERE published_at IS NULL;
