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
