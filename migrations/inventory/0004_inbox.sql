-- Events that took effect. Handling one twice is harmless here; the row says that it has arrived.
CREATE TABLE inbox (
  event_id TEXT PRIMARY KEY, -- Of the event.
  received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
