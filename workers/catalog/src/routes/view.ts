import type { ProductView } from '@kiosk/contracts/http/catalog-view'
import type { CategoryView } from '@kiosk/contracts/http/categories'
import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Category } from '../domain/category.ts'
import { variantName } from '../domain/product.ts'
import type { StockedProduct } from '../store/product-rows.ts'

/** What leaves of a product. */
export function viewProduct({ product, available }: StockedProduct): ProductView {
  const variants = product.variants.map((variant) => {
    const units = available.get(variant.sku) ?? 0
    return {
      sku: variant.sku,
      name: variantName(product, variant),
      options: variant.options,
      price: variant.price,
      ...(variant.weightGrams === null ? {} : { weightGrams: variant.weightGrams }),
      stock: { available: units, inStock: units > 0 },
    }
  })
  return {
    id: product.id,
    slug: product.slug,
    name: product.name,
    description: product.description,
    status: product.status,
    categoryIds: [...product.categoryIds],
    attributes: product.attributes,
    images: [...product.images],
    variants,
    version: product.version,
    createdAt: toInstant(product.createdAt),
    updatedAt: toInstant(product.updatedAt),
  }
}

/** What leaves of a category. */
export function viewCategory(category: Category): CategoryView {
  const { id, slug, name, parentId, position } = category
  return { id, slug, name, parentId, position }
}
