import { newEvent } from '@kiosk/kit/events'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { allowsChange } from '../domain/precondition.ts'
import { archiveProduct as writeArchived, loadProduct } from '../store/product-store.ts'
import { ATTEMPTS_MAX, commitChange } from './commit.ts'
import { noSuchProduct, otherVersion } from './product-answers.ts'

/** Takes a product off sale for good: from now on nobody finds it, and its SKUs stay taken. */
export async function archiveProduct(
  deps: Deps,
  idOrSlug: string,
  ifMatch: string | undefined,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const stored = await loadProduct(deps.db, idOrSlug)
    if (stored === null) throw noSuchProduct()
    const { product } = stored
    if (!allowsChange(ifMatch, product.version)) throw otherVersion(product.version)
    const archived = newEvent('product.archived', {
      subject: product.id,
      aggregateversion: product.version + 1,
      data: { productId: product.id, skus: product.variants.map(({ sku }) => sku) },
    })
    const statements = writeArchived(deps.db, product, deps.now())
    const outcome = await commitChange(deps, statements, [archived])
    if (outcome === 'committed') return
  }
  throw new ProblemError('conflict')
}
