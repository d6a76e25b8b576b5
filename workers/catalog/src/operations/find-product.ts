import type { Deps } from '../deps.ts'
import type { StockedProduct } from '../store/product-rows.ts'
import { loadProduct } from '../store/product-store.ts'
import { noSuchProduct } from './product-answers.ts'

/** A product by id or slug. Drafts do not exist for those who may not see them. */
export async function findProduct(
  { db }: Deps,
  idOrSlug: string,
  seesDrafts: boolean,
): Promise<StockedProduct> {
  const stored = await loadProduct(db, idOrSlug)
  if (stored === null || (stored.product.status === 'draft' && !seesDrafts)) throw noSuchProduct()
  return stored
}
