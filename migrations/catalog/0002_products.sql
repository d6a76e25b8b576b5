-- The tree in which products are found. Siblings are ordered by position.
CREATE TABLE categories (
  id TEXT PRIMARY KEY,
  parent_id TEXT REFERENCES categories (id), -- The category above it; null: at the top.
  slug TEXT NOT NULL UNIQUE, -- Its name in addresses.
  name TEXT NOT NULL,
  position INTEGER NOT NULL CHECK (position >= 0), -- Its place among its siblings.
  CHECK (parent_id <> id)
) STRICT;
CREATE INDEX categories_by_parent ON categories (parent_id);

-- Another stamp after every change of any category: it names the cached tree, and guards moves
-- against each other.
CREATE TABLE category_tree (
  id INTEGER PRIMARY KEY CHECK (id = 1), -- Always 1: there is one row.
  stamp TEXT NOT NULL -- Random; it is in the key of the cached tree.
) STRICT;
INSERT INTO category_tree (id, stamp) VALUES (1, 'empty');

-- Every category with each one above it. UNION, not UNION ALL: it would end even in a cycle.
CREATE VIEW category_ancestors AS
WITH RECURSIVE above (category_id, ancestor_id) AS (
  SELECT id, parent_id FROM categories WHERE parent_id IS NOT NULL
  UNION
  SELECT above.category_id, parents.parent_id
  FROM above JOIN categories AS parents ON parents.id = above.ancestor_id
  WHERE parents.parent_id IS NOT NULL
)
SELECT category_id, ancestor_id FROM above;

-- What is for sale, or was. The columns from currency to name_key are there for lists and follow
-- from the variants, the stock and the name.
CREATE TABLE products (
  -- Rises with age: the order of `newest`, and the row id of the search index.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL, -- Its name in addresses.
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
  attributes TEXT NOT NULL CHECK (json_valid(attributes)), -- Names and values, free of choice.
  images TEXT NOT NULL CHECK (json_valid(images)), -- Addresses and alternative texts.
  currency TEXT NOT NULL, -- Of all its variants.
  min_price_minor INTEGER NOT NULL CHECK (min_price_minor >= 0), -- Of its variants.
  max_price_minor INTEGER NOT NULL CHECK (max_price_minor >= min_price_minor), -- Of its variants.
  in_stock INTEGER NOT NULL DEFAULT 0 CHECK (in_stock IN (0, 1)), -- Whether any variant can be had.
  name_key TEXT NOT NULL, -- The name as lists sort it: without case and accents.
  version INTEGER NOT NULL CHECK (version > 0),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
-- The slug of an archived product is free again.
CREATE UNIQUE INDEX products_by_slug ON products (slug) WHERE status <> 'archived';
CREATE INDEX products_by_price ON products (status, min_price_minor, seq);
CREATE INDEX products_by_name ON products (status, name_key, seq);
CREATE INDEX products_by_age ON products (status, seq);
CREATE INDEX products_for_facets ON products (
  status, currency, in_stock, min_price_minor, max_price_minor
);

-- A SKU keeps its row for ever, so that it is never used again for something else.
CREATE TABLE variants (
  sku TEXT PRIMARY KEY,
  product_seq INTEGER NOT NULL REFERENCES products (seq),
  position INTEGER NOT NULL, -- Its place among the variants.
  name TEXT, -- Null: that of the product.
  options TEXT NOT NULL CHECK (json_valid(options)), -- What tells it apart: size, colour.
  price_minor INTEGER NOT NULL CHECK (price_minor >= 0), -- In the currency of the product.
  weight_grams INTEGER CHECK (weight_grams >= 0),
  withdrawn_at INTEGER -- When it left the product; null: it is for sale.
) STRICT;
CREATE INDEX variants_by_product ON variants (product_seq, position) WHERE withdrawn_at IS NULL;

-- The categories of a product. `inherited` ones are those above the assigned ones, so that a list
-- by category needs no walk through the tree.
CREATE TABLE product_categories (
  product_seq INTEGER NOT NULL REFERENCES products (seq),
  category_id TEXT NOT NULL REFERENCES categories (id),
  inherited INTEGER NOT NULL CHECK (inherited IN (0, 1)), -- Only a category below it is assigned.
  position INTEGER NOT NULL, -- Its place among those of the product.
  PRIMARY KEY (product_seq, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX products_of_category ON product_categories (category_id, product_seq);

-- What inventory last told of a SKU; it may tell before the product is known here.
CREATE TABLE stock (
  sku TEXT PRIMARY KEY, -- Refers to variants.sku.
  available INTEGER NOT NULL CHECK (available >= 0), -- What can be ordered.
  version INTEGER NOT NULL, -- Of the balance it is; an older one is ignored.
  first_available_at INTEGER -- When there was some for the first time.
) STRICT, WITHOUT ROWID;

-- The text that search looks through, derived: the index can be filled from it again at any time.
CREATE VIEW product_texts AS
SELECT
  products.seq,
  products.name,
  products.description,
  (
    SELECT group_concat(coalesce(variants.name, '') || ' ' || coalesce(
      (SELECT group_concat(value, ' ') FROM json_each(variants.options)), ''
    ), ' ')
    FROM variants WHERE product_seq = products.seq AND withdrawn_at IS NULL
  ) AS variants,
  (
    SELECT group_concat(sku, ' ')
    FROM variants WHERE product_seq = products.seq AND withdrawn_at IS NULL
  ) AS skus,
  (
    SELECT group_concat(key || ' ' || value, ' ') FROM json_each(products.attributes)
  ) AS attributes,
  (
    SELECT group_concat(categories.name, ' ')
    FROM product_categories JOIN categories ON categories.id = product_categories.category_id
    WHERE product_categories.product_seq = products.seq
  ) AS categories
FROM products
WHERE products.status <> 'archived';

-- Holds no copy of the text. Its columns are those of product_texts.
CREATE VIRTUAL TABLE product_search USING fts5 (
  name, description, variants, skus, attributes, categories,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3'
);
