-- What lists show of each SKU. Its Durable Object owns the truth and writes this row after every change.
CREATE TABLE stock_index (
  sku TEXT PRIMARY KEY,
  on_hand INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  available INTEGER NOT NULL GENERATED ALWAYS AS (on_hand - reserved) STORED,
  low_stock_threshold INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (reserved BETWEEN 0 AND on_hand)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_index_low ON stock_index (sku) WHERE available <= low_stock_threshold;

-- Who owns a reservation and which SKUs it is made of; how each line stands is known by its SKU's object.
CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  owner TEXT NOT NULL CHECK (owner IN ('orders', 'staff')),
  lines TEXT NOT NULL CHECK (json_valid(lines)),
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
