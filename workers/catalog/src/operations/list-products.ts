import type { ProductSort } from '@kiosk/contracts/http/catalog'
import type { ProductFacets, ProductStatus } from '@kiosk/contracts/http/catalog-view'
import { cutPage, decodeCursor } from '@kiosk/kit/cursor'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { searchExpression } from '../domain/search-terms.ts'
import {
  listProducts as readProducts,
  type ListedProduct,
  type ListFacets,
  type ListPosition,
} from '../store/product-list.ts'

export interface ProductQuery {
  readonly status: ProductStatus
  readonly q?: string | undefined
  readonly category?: string | undefined
  readonly currency?: string | undefined
  readonly minPriceMinor?: number | undefined
  readonly maxPriceMinor?: number | undefined
  readonly inStock?: boolean | undefined
  readonly sort?: ProductSort | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

interface ProductList {
  readonly rows: ListedProduct[]
  readonly nextCursor: string | null
  readonly facets: ProductFacets
}

/** A page of products that match, with facet counts over all that do. */
export async function listProducts({ db }: Deps, query: ProductQuery): Promise<ProductList> {
  const { q = '', limit } = query
  const isSearch = q.trim() !== ''
  const sort = sortOf(query.sort, isSearch)
  const after = positionOf(query.cursor, sort)
  const match = searchExpression(q) ?? undefined
  if (isSearch && match === undefined) return NOTHING
  const { rows, facets } = await readProducts(
    db,
    { ...query, match },
    { sort, after, limit: limit + 1 },
  )
  const page = cutPage(rows, limit, ({ position }) => [sort, position.key, position.seq])
  return { ...page, facets: facetsOf(facets) }
}

function sortOf(requested: ProductSort | undefined, isSearch: boolean): ProductSort {
  if (requested === undefined) return isSearch ? 'relevance' : 'newest'
  // Without words nothing is more relevant than anything else.
  return requested === 'relevance' && !isSearch ? 'newest' : requested
}

/** Where the page begins. A cursor carries its sort: its position means nothing in another one. */
function positionOf(cursor: string | undefined, sort: ProductSort): ListPosition | null {
  const key = sort === 'name' ? z.string().max(1_000) : z.number().int()
  const position = decodeCursor(cursor, z.tuple([z.literal(sort), key, z.number().int()]))
  return position === null ? null : { key: position[1], seq: position[2] }
}

const NOTHING: ProductList = {
  rows: [],
  nextCursor: null,
  facets: facetsOf({ categories: [], currencies: [] }),
}

function facetsOf({ categories, currencies }: ListFacets): ProductFacets {
  const [largest] = currencies
  const products = currencies.reduce((sum, group) => sum + group.products, 0)
  const inStock = currencies.reduce((sum, group) => sum + group.inStock, 0)
  return {
    categories,
    price: {
      currency: largest?.currency ?? null,
      minMinor: largest?.minMinor ?? null,
      maxMinor: largest?.maxMinor ?? null,
    },
    inStock: { true: inStock, false: products - inStock },
  }
}
