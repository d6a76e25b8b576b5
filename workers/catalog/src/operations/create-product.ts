import type { CreateProductRequest } from '@kiosk/contracts/http/catalog'
import { newId } from '@kiosk/kit/ids'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { newProduct, type Product } from '../domain/product.ts'
import type { StockedProduct } from '../store/product-rows.ts'
import { insertProduct } from '../store/product-store.ts'
import { commitChange } from './commit.ts'
import { mixedCurrencies, productConflict, productEvent, reload } from './product-answers.ts'
import { slugCandidates } from './slug.ts'

/** Adds a product. A slug that its name makes gives way to one that exists. */
export async function createProduct(
  deps: Deps,
  request: CreateProductRequest,
): Promise<StockedProduct> {
  const id = newId('product')
  const slugs = slugCandidates(request.slug, request.name, id)
  for (const [index, slug] of slugs.entries()) {
    const product = decide(request, slug, id, deps.now())
    const created = productEvent('product.created', product)
    const outcome = await commitChange(deps, insertProduct(deps.db, product), [created])
    if (outcome === 'committed') return reload(deps, product)
    if (outcome === 'stale') break
    const isLast = index === slugs.length - 1
    if (outcome !== 'slug_taken' || isLast) throw await productConflict(deps, outcome, product)
  }
  throw new ProblemError('conflict')
}

function decide(request: CreateProductRequest, slug: string, id: string, now: number): Product {
  const created = newProduct({ ...request, slug }, id, now)
  if (!created.ok) throw mixedCurrencies(created.refusal.currencies)
  return created.value
}
