import { newEvent } from '@kiosk/kit/events'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { variantName, type Product } from '../domain/product.ts'
import { findUnknownCategories } from '../store/category-store.ts'
import type { Conflict } from '../store/conflicts.ts'
import type { StockedProduct } from '../store/product-rows.ts'
import { findTakenSkus, loadProduct } from '../store/product-store.ts'

/** The event that tells of a new or edited product. */
export function productEvent(type: 'product.created' | 'product.updated', product: Product) {
  const { id, slug, name, status, version } = product
  const variants = product.variants.map((variant) => ({
    sku: variant.sku,
    name: variantName(product, variant),
    price: variant.price,
  }))
  return newEvent(type, {
    subject: id,
    aggregateversion: version,
    data: { productId: id, slug, name, status, variants },
  })
}

/** A product as it is after a commit, with its stock. */
export async function reload({ db }: Deps, product: Product): Promise<StockedProduct> {
  const stored = await loadProduct(db, product.id)
  // Another request archived it in the meantime.
  if (stored === null) throw noSuchProduct()
  return stored
}

/** The refusal of a product that ran into a conflict, naming what it ran into. */
export async function productConflict(
  { db }: Deps,
  conflict: Conflict,
  product: Product,
): Promise<ProblemError> {
  switch (conflict) {
    case 'slug_taken':
      return new ProblemError('slug_taken', `The slug ${product.slug} is in use`)
    case 'sku_taken': {
      const skus = product.variants.map(({ sku }) => sku)
      const taken = await findTakenSkus(db, product.id, skus)
      return new ProblemError('sku_taken', `In use by another product: ${taken.join(', ')}`)
    }
    case 'broken_reference': {
      const unknown = await findUnknownCategories(db, product.categoryIds)
      return new ProblemError('unknown_category', `There is no category ${unknown.join(', ')}`)
    }
  }
}

export function mixedCurrencies(currencies: readonly string[]): ProblemError {
  const detail = `The variants of a product have one currency, not ${currencies.join(' and ')}`
  return new ProblemError('mixed_currencies', detail)
}

export function noSuchProduct(): ProblemError {
  return new ProblemError('not_found', 'There is no such product')
}

export function otherVersion(version: number): ProblemError {
  return new ProblemError('precondition_failed', `The product is at version ${version}`)
}
