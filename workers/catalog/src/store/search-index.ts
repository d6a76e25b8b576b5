import type { Database, Statement } from '@kiosk/kit/database'
import { sql, type SQL } from 'drizzle-orm'
import { productSearch } from './schema.ts'

/** How much a match in each column says, in the order of the columns of `product_search`. */
const WEIGHTS = sql.raw('10.0, 1.0, 4.0, 8.0, 2.0, 3.0')

/**
 * How well a row of the search index matches, as a whole number: the lower, the better. Not a
 * fraction, because a cursor carries it.
 */
export const searchScore = sql`cast(bm25(product_search, ${WEIGHTS}) * 1e9 as integer)`

/** Writes the texts of some products (a subquery of their seq) into the search index anew. */
export function reindex(db: Database, seqs: SQL): Statement[] {
  return [
    unindex(db, seqs),
    db.insert(productSearch).select(sql`
      select seq, name, description, variants, skus, attributes, categories
      from product_texts where seq in ${seqs}`),
  ]
}

/** Takes some products out of the search index. */
export function unindex(db: Database, seqs: SQL): Statement {
  return db.delete(productSearch).where(sql`${productSearch.rowid} in ${seqs}`)
}
