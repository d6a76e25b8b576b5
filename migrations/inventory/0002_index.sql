-- What lists show of each SKU. Its Durable Object owns the truth and writes this row after every change.
CREATE TABLE stock_index (
  sku TEXT PRIMARY KEY, -- Names the object that owns it. Refers to SkuStock.balance.sku.
  on_hand INTEGER NOT NULL, -- Units on the shelf.
  reserved INTEGER NOT NULL, -- Units promised to orders.
  -- What can be ordered.
  available INTEGER NOT NULL GENERATED ALWAYS AS (on_hand - reserved) STORED,
  low_stock_threshold INTEGER NOT NULL, -- At or below it `stock.low` is said.
  version INTEGER NOT NULL, -- Of the balance it shows.
  updated_at INTEGER NOT NULL, -- When the object wrote it.
  CHECK (reserved BETWEEN 0 AND on_hand)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_index_low ON stock_index (sku) WHERE available <= low_stock_threshold;

-- Who owns a reservation and which SKUs it is made of; how each line stands is known by its SKU's object.
CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  -- Free text where staff reserve by hand, else an order. Refers to orders.orders.id.
  order_id TEXT NOT NULL,
  owner TEXT NOT NULL CHECK (owner IN ('orders', 'staff')), -- Who may end it.
  lines TEXT NOT NULL CHECK (json_valid(lines)), -- SKUs and quantities.
  expires_at INTEGER NOT NULL, -- The deadline that was asked for at first.
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
