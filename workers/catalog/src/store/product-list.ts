import type { ProductSort } from '@kiosk/contracts/http/catalog'
import type { ProductStatus } from '@kiosk/contracts/http/catalog-view'
import type { Database } from '@kiosk/kit/database'
import { and, sql, type SQL } from 'drizzle-orm'
import { parseProduct, productText, type StockedProduct } from './product-rows.ts'
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

const DIRECTIONS = {
  up: { direction: sql.raw('asc'), sign: sql.raw('>') },
  down: { direction: sql.raw('desc'), sign: sql.raw('<') },
}

/** A row of the answer: a part of it, and where it stands among those of its kind. */
type ListRow =
  | { kind: 'product'; text: string; sort_key: string | number; seq: number }
  | { kind: 'currency' | 'category'; text: string; sort_key: null; seq: null }

/** A page of products and the facets of the whole list, in one statement: what matches is found once. */
export async function listProducts(
  db: Database,
  filter: ProductFilter,
  page: PageRequest,
): Promise<{ rows: ListedProduct[]; facets: ListFacets }> {
  const rows = await db.all<ListRow>(sql`
    with ${found(filter, page)}, ${cut(page)}
    ${productsOf(page)} union all ${CURRENCIES} union all ${CATEGORIES}
    order by kind, place`)
  const textsOf = <T>(kind: ListRow['kind']) =>
    rows.flatMap((row) => (row.kind === kind ? [JSON.parse(row.text) as T] : []))
  return {
    rows: rows.flatMap((row) =>
      row.kind === 'product'
        ? [{ ...parseProduct(row.text), position: { key: row.sort_key, seq: row.seq } }]
        : [],
    ),
    facets: {
      currencies: textsOf<CurrencyGroup>('currency'),
      categories: textsOf<ListFacets['categories'][number]>('category'),
    },
  }
}

/**
 * All that match. A search is written down, because scoring and looking up what it finds is most of the
 * work; anything else is read by an index, for each part the one that suits it.
 */
function found(filter: ProductFilter, { sort }: PageRequest): SQL {
  const how = sql.raw(filter.match === undefined ? 'not materialized' : 'materialized')
  return sql`found as ${how} (
    select p.seq, ${SORT_KEYS[sort].key} as sort_key, p.currency, p.in_stock,
      p.min_price_minor, p.max_price_minor
    from ${sourceOf(filter)} where ${conditionsOf(filter)}
  )`
}

// The cut comes before the columns: they have subqueries, which would run for every match
// otherwise.
function cut({ sort, after, limit }: PageRequest): SQL {
  const { direction, sign } = DIRECTIONS[SORT_KEYS[sort].descending ? 'down' : 'up']
  const rest =
    after === null ? sql`` : sql`where (sort_key, seq) ${sign} (${after.key}, ${after.seq})`
  return sql`page as materialized (
    select sort_key, seq from found ${rest}
    order by sort_key ${direction}, seq ${direction} limit ${limit}
  )`
}

function productsOf({ sort }: PageRequest): SQL {
  const { direction } = DIRECTIONS[SORT_KEYS[sort].descending ? 'down' : 'up']
  const place = sql`row_number() over (
    order by page.sort_key ${direction}, page.seq ${direction}
  )`
  return sql`
    select 'product' as kind, ${place} as place, ${productText} as text, page.sort_key, page.seq
    from page cross join products p on p.seq = page.seq`
}

const CURRENCIES = sql`
  select 'currency', row_number() over (order by count(*) desc, currency), json_object(
    'currency', currency, 'products', count(*), 'inStock', sum(in_stock),
    'minMinor', min(min_price_minor), 'maxMinor', max(max_price_minor)
  ), null, null
  from found group by currency`

const CATEGORIES = sql`
  select * from (
    select 'category', row_number() over (order by counts.products desc, c.name, c.id) as place,
      json_object('id', c.id, 'name', c.name, 'count', counts.products), null, null
    from (
      select assigned.category_id, count(*) as products
      from found cross join product_categories as assigned on assigned.product_seq = found.seq
      group by assigned.category_id
    ) as counts join categories as c on c.id = counts.category_id
  ) where place <= ${FACET_CATEGORIES_MAX}`

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
