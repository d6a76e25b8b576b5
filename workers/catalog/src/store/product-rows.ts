import { sql } from 'drizzle-orm'
import type { Product, Variant } from '../domain/product.ts'

/** A product as it is read: with what inventory last told of its SKUs. */
export interface StockedProduct {
  readonly product: Product
  /** Units by SKU; zero of a SKU that inventory never told of. */
  readonly available: ReadonlyMap<string, number>
}

interface ProductRow extends Omit<Product, 'variants'> {
  readonly variants: readonly (Variant & { readonly available: number })[]
}

/** A whole product of `products p` as one text, so that a page of them is one statement. */
export const productText = sql<string>`json_object(
  'id', p.id, 'slug', p.slug, 'name', p.name, 'description', p.description, 'status', p.status,
  'categoryIds', json((
    select json_group_array(category_id order by position)
    from product_categories where product_seq = p.seq and inherited = 0
  )),
  'attributes', json(p.attributes), 'images', json(p.images),
  'variants', json((
    select json_group_array(
      json_object(
        'sku', v.sku, 'name', v.name, 'options', json(v.options),
        'price', json_object('amountMinor', v.price_minor, 'currency', p.currency),
        'weightGrams', v.weight_grams, 'available', coalesce(s.available, 0)
      ) order by v.position
    )
    from variants v left join stock s on s.sku = v.sku
    where v.product_seq = p.seq and v.withdrawn_at is null
  )),
  'version', p.version, 'createdAt', p.created_at, 'updatedAt', p.updated_at
)`

/** What `productText` says. */
export function parseProduct(text: string): StockedProduct {
  const { variants, ...fields } = JSON.parse(text) as ProductRow
  return {
    product: { ...fields, variants: variants.map(({ available: _, ...variant }) => variant) },
    available: new Map(variants.map(({ sku, available }) => [sku, available])),
  }
}
