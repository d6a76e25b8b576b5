import type { ProductSort } from '@kiosk/contracts/http/catalog'
import type { ProductStatus } from '@kiosk/contracts/http/catalog-view'
import type { Database } from '@kiosk/kit/database'
import { and, sql, type SQL } from 'drizzle-orm'
import { productFields, toStockedProduct, type StockedProduct } from './product-rows.ts'
import { searchScore } from './search-index.ts'

/** Which products a list is about. */
export interface ProductFilter {
  readonly status: ProductStatus
  /** An FTS5 expression. */
  readonly match?: string | undefined
  /** Id or slug; products below it count too. */
  readonly category?: string | undefined
  readonly currency?: string | undefined
  readonly minPriceMinor?: number | undefined
  readonly maxPriceMinor?: number | undefined
  readonly inStock?: boolean | undefined
}

/** Where a page of a sort begins: right after the row with these sort values. */
export interface ListPosition {
  readonly key: string | number
  readonly seq: number
}

interface PageRequest {
  readonly sort: ProductSort
  readonly after: ListPosition | null
  readonly limit: number
}

export interface ListedProduct extends StockedProduct {
  readonly position: ListPosition
}

/** Counts over every product that the filter lets through. */
export interface ListFacets {
  readonly categories: { id: string; name: string; count: number }[]
  /** One group per currency, the largest first. */
  readonly currencies: CurrencyGroup[]
}

/** The products of one currency among those of a list. */
interface CurrencyGroup {
  readonly currency: string
  readonly products: number
  readonly inStock: number
  readonly minMinor: number
  readonly maxMinor: number
}

const FACET_CATEGORIES_MAX = 100

interface SortKey {
  readonly key: SQL
  readonly descending: boolean
}

const SORT_KEYS: Record<ProductSort, SortKey> = {
  newest: { key: sql`p.seq`, descending: true },
  price: { key: sql`p.min_price_minor`, descending: false },
  '-price': { key: sql`p.min_price_minor`, descending: true },
  name: { key: sql`p.name_key`, descending: false },
  relevance: { key: searchScore, descending: false },
}

/** A page of products and the facets of the whole list, in one round trip. */
export async function listProducts(
  db: Database,
  filter: ProductFilter,
  page: PageRequest,
): Promise<{ rows: ListedProduct[]; facets: ListFacets }> {
  const source = sourceOf(filter)
  const where = conditionsOf(filter)
  const [rows, currencies, categories] = await db.batch([
    selectPage(db, source, where, page),
    selectCurrencies(db, source, where),
    selectCategories(db, source, where),
  ])
  return {
    rows: rows.map(({ key, seq, ...row }) => ({
      ...toStockedProduct(row),
      position: { key, seq },
    })),
    facets: { currencies, categories },
  }
}

// The cut comes before the columns: they have subqueries, which would run for every match
// otherwise.
function selectPage(db: Database, source: SQL, where: SQL | undefined, request: PageRequest) {
  const { sort, after, limit } = request
  const { key, descending } = SORT_KEYS[sort]
  const direction = sql.raw(descending ? 'desc' : 'asc')
  const sign = sql.raw(descending ? '<' : '>')
  const rest =
    after === null ? undefined : sql`(${key}, p.seq) ${sign} (${after.key}, ${after.seq})`
  const page = sql`(
    select ${key} as sort_key, p.seq as seq from ${source} where ${and(where, rest)}
    order by ${key} ${direction}, p.seq ${direction} limit ${limit}
  )`
  return db
    .select({
      ...productFields,
      key: sql<string | number>`page.sort_key`.as('sort_key'),
      seq: sql<number>`page.seq`.as('seq'),
    })
    .from(sql`${page} as page join products p on p.seq = page.seq`)
    .orderBy(sql`page.sort_key ${direction}, page.seq ${direction}`)
}

function selectCurrencies(db: Database, source: SQL, where: SQL | undefined) {
  return db
    .select({
      currency: sql<string>`p.currency`.as('currency'),
      products: sql<number>`count(*)`.as('products'),
      inStock: sql<number>`sum(p.in_stock)`.as('in_stock'),
      minMinor: sql<number>`min(p.min_price_minor)`.as('min_minor'),
      maxMinor: sql<number>`max(p.max_price_minor)`.as('max_minor'),
    })
    .from(source)
    .where(where)
    .groupBy(sql`p.currency`)
    .orderBy(sql`count(*) desc, p.currency`)
}

function selectCategories(db: Database, source: SQL, where: SQL | undefined) {
  const counts = sql`(
    select assigned.category_id, count(*) as products
    from ${source} join product_categories as assigned on assigned.product_seq = p.seq
    where ${where} group by assigned.category_id
  )`
  return db
    .select({
      id: sql<string>`categories.id`.as('id'),
      name: sql<string>`categories.name`.as('name'),
      count: sql<number>`counts.products`.as('products'),
    })
    .from(sql`${counts} as counts join categories on categories.id = counts.category_id`)
    .orderBy(sql`counts.products desc, categories.name, categories.id`)
    .limit(FACET_CATEGORIES_MAX)
}

// A cross join keeps its order: the search runs once, and not once per product.
function sourceOf({ match }: ProductFilter): SQL {
  return match === undefined
    ? sql`products p`
    : sql`product_search cross join products p on p.seq = product_search.rowid`
}

function conditionsOf(filter: ProductFilter): SQL | undefined {
  const { match, category, currency, inStock } = filter
  return and(
    sql`p.status = ${filter.status}`,
    match === undefined ? undefined : sql`product_search match ${match}`,
    category === undefined ? undefined : isIn(category),
    currency === undefined ? undefined : sql`p.currency = ${currency}`,
    inStock === undefined ? undefined : sql`p.in_stock = ${Number(inStock)}`,
    priceCondition(filter),
  )
}

function isIn(category: string): SQL {
  return sql`p.seq in (
    select product_seq from product_categories
    where category_id = (select id from categories where id = ${category} or slug = ${category})
  )`
}

/**
 * The product has a variant in the range. Its own range rules most products out first, by index.
 */
function priceCondition({ minPriceMinor, maxPriceMinor }: ProductFilter): SQL | undefined {
  if (minPriceMinor === undefined && maxPriceMinor === undefined) return undefined
  const min = minPriceMinor ?? 0
  const max = maxPriceMinor ?? Number.MAX_SAFE_INTEGER
  return sql`p.min_price_minor <= ${max} and p.max_price_minor >= ${min} and exists (
    select 1 from variants v
    where v.product_seq = p.seq and v.withdrawn_at is null
      and v.price_minor between ${min} and ${max}
  )`
}
