-- What became of a dead letter: since when it fails, each death and each replay.

-- Since when it fails.
ALTER TABLE dead_letters ADD COLUMN first_failed_at INTEGER NOT NULL DEFAULT 0;
-- Its last attempt.
ALTER TABLE dead_letters ADD COLUMN last_failed_at INTEGER NOT NULL DEFAULT 0;
-- Deaths and replays, oldest first.
ALTER TABLE dead_letters ADD COLUMN history TEXT NOT NULL DEFAULT '[]';

UPDATE dead_letters SET
  first_failed_at = dead_at,
  last_failed_at = dead_at,
  history = json_array(
    json_object('what', 'died', 'at', dead_at, 'attempts', attempts, 'error', json(error))
  );

CREATE INDEX dead_letters_open ON dead_letters (type, id) WHERE replayed_at IS NULL;
