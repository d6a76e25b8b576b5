CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('pending', 'processing', 'shipped', 'delivered', 'cancelled')),
  payment_status TEXT NOT NULL
    CHECK (payment_status IN ('unpaid', 'paid', 'partially_refunded', 'refunded')),
  currency TEXT NOT NULL,
  subtotal_minor INTEGER NOT NULL CHECK (subtotal_minor >= 0),
  discount_minor INTEGER NOT NULL CHECK (discount_minor >= 0),
  shipping_minor INTEGER NOT NULL CHECK (shipping_minor >= 0),
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0),
  total_minor INTEGER NOT NULL
    CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor),
  shipping_address TEXT NOT NULL,
  -- The hold on the stock of every line. A reservation that no order names belongs to nobody.
  reservation_id TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL,
  -- The payment that the order knows of, its version, and how much of it was refunded.
  payment_id TEXT,
  payment_version INTEGER NOT NULL DEFAULT 0,
  refunded_minor INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND total_minor),
  tracking TEXT,
  cancel_reason TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Ids sort by age, so each list is an index range read backwards.
CREATE INDEX orders_by_customer ON orders (customer_id, id);
CREATE INDEX orders_by_customer_status ON orders (customer_id, status, id);
CREATE INDEX orders_by_status ON orders (status, id);

-- What was bought, at the price of that moment.
CREATE TABLE order_lines (
  order_id TEXT NOT NULL REFERENCES orders (id),
  position INTEGER NOT NULL,
  sku TEXT NOT NULL,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price_minor INTEGER NOT NULL CHECK (unit_price_minor >= 0),
  discount_minor INTEGER NOT NULL DEFAULT 0,
  tax_minor INTEGER NOT NULL DEFAULT 0,
  total_minor INTEGER NOT NULL
    CHECK (total_minor = quantity * unit_price_minor - discount_minor + tax_minor),
  PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

-- Everything that happened to an order. Append-only; one row per version.
CREATE TABLE order_transitions (
  order_id TEXT NOT NULL REFERENCES orders (id),
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;
