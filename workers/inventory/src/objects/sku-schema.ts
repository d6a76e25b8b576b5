/**
 * The SQLite database of one SKU, in steps that are applied in order, once each. A step that has shipped
 * is never edited.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE balance (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sku TEXT NOT NULL,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    reserved INTEGER NOT NULL CHECK (reserved BETWEEN 0 AND on_hand),
    version INTEGER NOT NULL,
    low_stock_threshold INTEGER NOT NULL CHECK (low_stock_threshold >= 0),
    is_low INTEGER NOT NULL CHECK (is_low IN (0, 1)),
    -- What stock.changed has told last, and by when it tells again; NULL: there is nothing to tell.
    told_available INTEGER,
    told_version INTEGER,
    told_at INTEGER,
    announce_at INTEGER,
    -- What the D1 index shows, and by when it is written again; NULL: it is up to date.
    indexed_version INTEGER NOT NULL DEFAULT -1,
    index_at INTEGER,
    -- Which bucket of its SKU this is. 0: home, which is all of it unless the stock is split.
    bucket INTEGER NOT NULL DEFAULT 0,
    rises INTEGER NOT NULL DEFAULT 0,
    -- Of a bucket: the units it has sent home and got from there, ever.
    sent INTEGER NOT NULL DEFAULT 0,
    received INTEGER NOT NULL DEFAULT 0,
    transferred_at INTEGER,
    -- Of home: how the stock is split, since when; NULL: it never was.
    splits TEXT CHECK (json_valid(splits)),
    elsewhere_on_hand INTEGER NOT NULL DEFAULT 0,
    elsewhere_reserved INTEGER NOT NULL DEFAULT 0,
    elsewhere_version INTEGER NOT NULL DEFAULT 0,
    -- By when home asks its buckets what has become of units; NULL: nothing is open.
    exchange_at INTEGER
  ) STRICT;

  -- What home knows of its buckets. Units leave one balance and enter another; the sums of both ends,
  -- which only rise, say what is on its way.
  CREATE TABLE buckets (
    bucket INTEGER PRIMARY KEY CHECK (bucket > 0),
    version INTEGER NOT NULL,
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL CHECK (reserved BETWEEN 0 AND on_hand),
    rises INTEGER NOT NULL,
    arrived INTEGER NOT NULL CHECK (arrived BETWEEN 0 AND sent),
    sent INTEGER NOT NULL,
    received INTEGER NOT NULL,
    transferred_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE reservations (
    reservation_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    fingerprint TEXT NOT NULL,
    owner TEXT NOT NULL CHECK (owner IN ('orders', 'staff')),
    several_lines INTEGER NOT NULL CHECK (several_lines IN (0, 1)),
    traceparent TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    attempt TEXT,
    state TEXT NOT NULL CHECK (state IN ('held', 'pinned', 'committed', 'expired', 'released')),
    expires_at INTEGER,
    changed_at INTEGER NOT NULL,
    CHECK (state <> 'held' OR expires_at IS NOT NULL)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reservations_deadline ON reservations (expires_at) WHERE state = 'held';
  CREATE INDEX reservations_pinned ON reservations (reservation_id) WHERE state = 'pinned';

  -- No row ever leaves, so ids only rise.
  CREATE TABLE movements (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    delta INTEGER NOT NULL CHECK (delta <> 0),
    reason TEXT NOT NULL,
    reference TEXT,
    actor TEXT NOT NULL,
    on_hand INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX movements_transferred ON movements (id)
    WHERE reason = 'transfer' AND reference IS NOT NULL;
  CREATE TRIGGER movements_are_not_edited BEFORE UPDATE ON movements
    BEGIN SELECT RAISE(ABORT, 'a movement is never edited'); END;
  CREATE TRIGGER movements_are_not_deleted BEFORE DELETE ON movements
    BEGIN SELECT RAISE(ABORT, 'a movement is never deleted'); END;

  -- Events that happen once. The balance is told from the balance: only its last state counts.
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
  `,
]
