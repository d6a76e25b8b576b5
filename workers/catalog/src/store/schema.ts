import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export {
  deadLetters,
  deliveryFailures,
  inbox,
  outbox,
  outboxLate,
  outboxSent,
} from '@kiosk/kit/tables'

// The migrations have the constraints, the indexes and the views `category_ancestors` and
// `product_texts`.

export const categories = sqliteTable('categories', {
  id: text('id').primaryKey(),
  parentId: text('parent_id'),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  position: integer('position').notNull(),
})

export const categoryTree = sqliteTable('category_tree', {
  id: integer('id').primaryKey(),
  stamp: text('stamp').notNull(),
})

export const products = sqliteTable('products', {
  seq: integer('seq').primaryKey(),
  id: text('id').notNull(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  description: text('description').notNull(),
  status: text('status', { enum: ['draft', 'published', 'archived'] }).notNull(),
  attributes: text('attributes', { mode: 'json' }).notNull(),
  images: text('images', { mode: 'json' }).notNull(),
  currency: text('currency').notNull(),
  minPriceMinor: integer('min_price_minor').notNull(),
  maxPriceMinor: integer('max_price_minor').notNull(),
  inStock: integer('in_stock', { mode: 'boolean' }).notNull().default(false),
  nameKey: text('name_key').notNull(),
  version: integer('version').notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

export const variants = sqliteTable('variants', {
  sku: text('sku').primaryKey(),
  productSeq: integer('product_seq').notNull(),
  position: integer('position').notNull(),
  name: text('name'),
  options: text('options', { mode: 'json' }).$type<Record<string, string>>().notNull(),
  priceMinor: integer('price_minor').notNull(),
  weightGrams: integer('weight_grams'),
  withdrawnAt: integer('withdrawn_at'),
})

export const productCategories = sqliteTable(
  'product_categories',
  {
    productSeq: integer('product_seq').notNull(),
    categoryId: text('category_id').notNull(),
    inherited: integer('inherited', { mode: 'boolean' }).notNull(),
    position: integer('position').notNull(),
  },
  (table) => [primaryKey({ columns: [table.productSeq, table.categoryId] })],
)

export const stock = sqliteTable('stock', {
  sku: text('sku').primaryKey(),
  available: integer('available').notNull(),
  version: integer('version').notNull(),
  firstAvailableAt: integer('first_available_at'),
})

/** The full-text index (FTS5). It holds no text, so that only `rowid` can be read from it. */
export const productSearch = sqliteTable('product_search', {
  rowid: integer('rowid').primaryKey(),
  name: text('name'),
  description: text('description'),
  variants: text('variants'),
  skus: text('skus'),
  attributes: text('attributes'),
  categories: text('categories'),
})
