-- An order with everything that belongs to it: it is read and written as a whole.
CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL, -- Whose it is. Refers to users.users.id.
  status TEXT NOT NULL
    CHECK (status IN ('pending', 'processing', 'shipped', 'delivered', 'cancelled')),
  payment_status TEXT NOT NULL -- Changes with refunds, while `status` stays.
    CHECK (payment_status IN ('unpaid', 'paid', 'partially_refunded', 'refunded')),
  currency TEXT NOT NULL,
  -- What was bought, at the price of that moment: a JSON list.
  lines TEXT NOT NULL CHECK (json_array_length(lines) > 0),
  subtotal_minor INTEGER NOT NULL CHECK (subtotal_minor >= 0), -- Sum of the lines.
  discount_minor INTEGER NOT NULL CHECK (discount_minor >= 0), -- Always 0 so far.
  shipping_minor INTEGER NOT NULL CHECK (shipping_minor >= 0), -- Always 0 so far.
  tax_minor INTEGER NOT NULL CHECK (tax_minor >= 0), -- Always 0 so far.
  total_minor INTEGER NOT NULL -- What is paid.
    CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor),
  shipping_address TEXT NOT NULL, -- As it was when the order was placed.
  -- The hold on the stock of every line. A reservation that no order names belongs to nobody.
  reservation_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL, -- Until then it may be paid.
  payment_id TEXT, -- The payment that the order knows of. Refers to payments.payments.id.
  -- Of that payment; older news of it is ignored.
  payment_version INTEGER NOT NULL DEFAULT 0,
  -- Of that payment, so far.
  refunded_minor INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND total_minor),
  tracking TEXT, -- Carrier and number, once shipped.
  cancel_reason TEXT, -- Why it ended; null while it has not.
  version INTEGER NOT NULL,
  -- Everything that happened to it: a JSON list with one entry per version. It only grows.
  timeline TEXT NOT NULL CHECK (json_array_length(timeline) = version),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Ids sort by age, so each list is an index range read backwards.
CREATE INDEX orders_by_customer ON orders (customer_id, id);
CREATE INDEX orders_by_status ON orders (status, id);

-- Holds that lapsed before their order was written. It is not written any more: nobody would tell it
-- again that its stock is gone.
CREATE TABLE lapsed_holds (
  reservation_id TEXT PRIMARY KEY, -- Refers to inventory.reservations.id.
  lapsed_at INTEGER NOT NULL -- The deadline that passed.
) STRICT, WITHOUT ROWID;
