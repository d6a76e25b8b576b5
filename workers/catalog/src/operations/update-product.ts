import type { UpdateProductRequest } from '@kiosk/contracts/http/catalog'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { allowsChange } from '../domain/precondition.ts'
import { editProduct, type Product } from '../domain/product.ts'
import type { StockedProduct } from '../store/product-rows.ts'
import { loadProduct, updateProduct as writeProduct } from '../store/product-store.ts'
import { ATTEMPTS_MAX, commitChange } from './commit.ts'
import {
  mixedCurrencies,
  noSuchProduct,
  otherVersion,
  productConflict,
  productEvent,
  reload,
} from './product-answers.ts'

/** Changes a product; a patch that changes nothing writes nothing. */
export async function updateProduct(
  deps: Deps,
  idOrSlug: string,
  patch: UpdateProductRequest,
  ifMatch: string | undefined,
): Promise<StockedProduct> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const stored = await loadProduct(deps.db, idOrSlug)
    if (stored === null) throw noSuchProduct()
    const { product } = stored
    if (!allowsChange(ifMatch, product.version)) throw otherVersion(product.version)
    const edited = decide(product, patch, deps.now())
    if (edited === product) return stored
    const updated = productEvent('product.updated', edited)
    const outcome = await commitChange(deps, writeProduct(deps.db, edited), [updated])
    if (outcome === 'committed') return reload(deps, edited)
    if (outcome !== 'stale') throw await productConflict(deps, outcome, edited)
  }
  throw new ProblemError('conflict')
}

function decide(product: Product, patch: UpdateProductRequest, now: number): Product {
  const edited = editProduct(product, patch, now)
  if (!edited.ok) throw mixedCurrencies(edited.refusal.currencies)
  return edited.value
}
