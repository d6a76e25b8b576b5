import { guard } from '@kiosk/kit/commit'
import type { Database, Statement } from '@kiosk/kit/database'
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { nameKey, priceRange, type Product } from '../domain/product.ts'
import { inheritCategories } from './category-store.ts'
import { parseProduct, productText, type StockedProduct } from './product-rows.ts'
import { productCategories, products, variants } from './schema.ts'
import { reindex, unindex } from './search-index.ts'
import { restockProduct } from './stock-store.ts'

/**
 * A product by its id or its slug (which have no text in common), or null. Archived ones are gone.
 */
export async function loadProduct(db: Database, idOrSlug: string): Promise<StockedProduct | null> {
  const name = idOrSlug.startsWith('prd_') ? sql`p.id` : sql`p.slug`
  const [row] = await db
    .select({ text: productText.as('product') })
    .from(sql`products p`)
    .where(sql`${name} = ${idOrSlug} and p.status <> 'archived'`)
  return row === undefined ? null : parseProduct(row.text)
}

/** Writes a new product, everything that lists need of it, and its place in the search index. */
export function insertProduct(db: Database, product: Product): Statement[] {
  return [
    db.insert(products).values({ ...columnsOf(product), createdAt: product.createdAt }),
    ...partsOf(db, product),
  ]
}

/**
 * Writes an edited product over the version before it; aborts the batch if that is not there any
 * more.
 */
export function updateProduct(db: Database, product: Product): Statement[] {
  return [
    db
      .update(products)
      .set(columnsOf(product))
      .where(isVersion(product.id, product.version - 1)),
    guard(db),
    ...partsOf(db, product),
  ]
}

/**
 * Takes a product off sale, lists and search for good. Its variants stay, so that their SKUs are
 * taken.
 */
export function archiveProduct(db: Database, product: Product, now: number): Statement[] {
  const seq = seqOf(product.id)
  return [
    db
      .update(products)
      .set({ status: 'archived', version: product.version + 1, updatedAt: now })
      .where(isVersion(product.id, product.version)),
    guard(db),
    db.delete(productCategories).where(eq(productCategories.productSeq, seq)),
    unindex(db, seq),
  ]
}

function isVersion(id: string, version: number) {
  return and(eq(products.id, id), eq(products.version, version))
}

function seqOf(id: string): SQL<number> {
  return sql`(select seq from products where id = ${id})`
}

function columnsOf(product: Product) {
  const { min, max, currency } = priceRange(product)
  return {
    id: product.id,
    slug: product.slug,
    name: product.name,
    nameKey: nameKey(product.name),
    description: product.description,
    status: product.status,
    attributes: product.attributes,
    images: product.images,
    currency,
    minPriceMinor: min,
    maxPriceMinor: max,
    version: product.version,
    updatedAt: product.updatedAt,
  }
}

/**
 * What follows from the product's row: in this order, because the later parts read the earlier
 * ones.
 */
function partsOf(db: Database, product: Product): Statement[] {
  const seq = seqOf(product.id)
  return [
    ...replaceVariants(db, product, seq),
    ...assignCategories(db, product, seq),
    restockProduct(db, seq),
    ...reindex(db, seq),
  ]
}

function replaceVariants(db: Database, product: Product, seq: SQL): Statement[] {
  const list = JSON.stringify(product.variants)
  return [
    db.update(variants).set({ withdrawnAt: product.updatedAt })
      .where(sql`${variants.productSeq} = ${seq} and ${variants.withdrawnAt} is null
        and ${variants.sku} not in (select value ->> 'sku' from json_each(${list}))`),
    db
      .insert(variants)
      .select(sql`
        select value ->> 'sku', ${seq}, key, value ->> 'name', value -> 'options',
          value ->> '$.price.amountMinor', value ->> 'weightGrams', null
        from json_each(${list}) where true`)
      .onConflictDoUpdate({
        target: variants.sku,
        set: {
          // A SKU of another product makes it null, which the column refuses: the SKU is taken.
          productSeq: sql`case when product_seq = excluded.product_seq then product_seq end`,
          position: sql`excluded.position`,
          name: sql`excluded.name`,
          options: sql`excluded.options`,
          priceMinor: sql`excluded.price_minor`,
          weightGrams: sql`excluded.weight_grams`,
          withdrawnAt: null,
        },
      }),
  ]
}

function assignCategories(db: Database, product: Product, seq: SQL): Statement[] {
  return [
    db.delete(productCategories).where(eq(productCategories.productSeq, seq)),
    db.insert(productCategories).select(sql`
      select ${seq}, value, 0, key from json_each(${JSON.stringify(product.categoryIds)})`),
    inheritCategories(db, seq),
  ]
}

/** Which of some SKUs are or were another product's. */
export async function findTakenSkus(
  db: Database,
  productId: string,
  skus: readonly string[],
): Promise<string[]> {
  const rows = await db.all<{ sku: string }>(sql`
    select sku from variants
    where sku in (select value from json_each(${JSON.stringify(skus)}))
      and product_seq is not ${seqOf(productId)}
    order by sku`)
  return rows.map(({ sku }) => sku)
}
