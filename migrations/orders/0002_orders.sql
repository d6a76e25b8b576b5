-- Baskets that became orders, with what was agreed on: prices, address, the hold on their stock.
CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL, -- Whose it is. Refers to users.users.id.
  status TEXT NOT NULL
    CHECK (status IN ('pending', 'processing', 'shipped', 'delivered', 'cancelled')),
  payment_status TEXT NOT NULL -- Changes with refunds, while `status` stays.
    CHECK (payment_status IN ('unpaid', 'paid', 'partially_refunded', 'refunded')),
  currency TEXT NOT NULL,
  subtotal_minor INTEGER NOT NULL CHECK (subtotal_minor >= 0), -- Sum of the lines.
  discount_minor INTEGER NOT NULL CHECK (discount_minor >= 0), -- Always 0 so far.
  shipping_minor INTEGER NOT NULL CHECK (shipping_minor >= 0), -- Always 0 so far.
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0), -- Always 0 so far.
  total_minor INTEGER NOT NULL -- What is paid.
    CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor),
  shipping_address TEXT NOT NULL, -- As it was when the order was placed.
  -- The hold on the stock of every line. A reservation that no order names belongs to nobody.
  -- Refers to inventory.reservations.id.
  reservation_id TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL, -- Until then it may be paid.
  payment_id TEXT, -- The payment that the order knows of. Refers to payments.payments.id.
  -- Of that payment; older news of it is ignored.
  payment_version INTEGER NOT NULL DEFAULT 0,
  -- Of that payment, so far.
  refunded_minor INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND total_minor),
  tracking TEXT, -- Carrier and number, once shipped.
  cancel_reason TEXT, -- Why it ended; null while it has not.
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
  position INTEGER NOT NULL, -- From 0, as they were ordered.
  sku TEXT NOT NULL, -- Refers to catalog.variants.sku.
  product_id TEXT NOT NULL, -- Refers to catalog.products.id.
  name TEXT NOT NULL, -- Of the product at that moment.
  quantity INTEGER NOT NULL CHECK (quantity > 0), -- Units.
  unit_price_minor INTEGER NOT NULL CHECK (unit_price_minor >= 0), -- Of one unit.
  discount_minor INTEGER NOT NULL DEFAULT 0, -- Always 0 so far.
  tax_minor INTEGER NOT NULL DEFAULT 0, -- Always 0 so far.
  total_minor INTEGER NOT NULL -- Of the line.
    CHECK (total_minor = quantity * unit_price_minor - discount_minor + tax_minor),
  PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

-- Everything that happened to an order. Append-only; one row per version.
CREATE TABLE order_transitions (
  order_id TEXT NOT NULL REFERENCES orders (id),
  version INTEGER NOT NULL, -- That the order has since.
  at INTEGER NOT NULL, -- When it happened.
  type TEXT NOT NULL, -- An event of the order, or of its payment.
  actor TEXT NOT NULL, -- Who did it: a user, or `system`.
  data TEXT NOT NULL, -- What is to be said of it.
  PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;
