-- Holds that lapsed before their order was written. It is not written any more: nobody would tell it
-- again that its stock is gone.
CREATE TABLE lapsed_holds (
  reservation_id TEXT PRIMARY KEY, -- Refers to inventory.reservations.id.
  lapsed_at INTEGER NOT NULL -- The deadline that passed.
) STRICT, WITHOUT ROWID;
