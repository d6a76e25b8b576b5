import type { ProductStatus, ProductView } from '@kiosk/contracts/http/catalog-view'
import { sql, type SQL } from 'drizzle-orm'
import type { Product, Variant } from '../domain/product.ts'

/** A product as it is read: with what inventory last told of its SKUs. */
export interface StockedProduct {
  readonly product: Product
  /** Units by SKU; zero of a SKU that inventory never told of. */
  readonly available: ReadonlyMap<string, number>
}

type VariantRow = Variant & { available: number }

/**
 * What to select from `products p` to have whole products: their lists come as JSON, so that a page
 * of them is one statement. Every column has a name of its own, without which drizzle mixes up a
 * batch.
 */
export const productFields = {
  id: sql<string>`p.id`.as('product_id'),
  slug: sql<string>`p.slug`.as('slug'),
  name: sql<string>`p.name`.as('name'),
  description: sql<string>`p.description`.as('description'),
  status: sql<ProductStatus>`p.status`.as('status'),
  categoryIds: json<string[]>(sql`(
    select json_group_array(category_id order by position)
    from product_categories where product_seq = p.seq and inherited = 0
  )`).as('category_ids'),
  attributes: json<ProductView['attributes']>(sql`p.attributes`).as('attributes'),
  images: json<ProductView['images']>(sql`p.images`).as('images'),
  variants: json<VariantRow[]>(sql`(
    select json_group_array(
      json_object(
        'sku', v.sku, 'name', v.name, 'options', json(v.options),
        'price', json_object('amountMinor', v.price_minor, 'currency', p.currency),
        'weightGrams', v.weight_grams, 'available', coalesce(s.available, 0)
      ) order by v.position
    )
    from variants v left join stock s on s.sku = v.sku
    where v.product_seq = p.seq and v.withdrawn_at is null
  )`).as('variants'),
  version: sql<number>`p.version`.as('version'),
  createdAt: sql<number>`p.created_at`.as('created_at'),
  updatedAt: sql<number>`p.updated_at`.as('updated_at'),
}

function json<T>(expression: SQL) {
  return expression.mapWith((text: string): T => JSON.parse(text))
}

type ProductRow = Omit<Product, 'variants'> & { readonly variants: readonly VariantRow[] }

/** A row of `productFields` as a product. */
export function toStockedProduct({ variants, ...fields }: ProductRow): StockedProduct {
  return {
    product: { ...fields, variants: variants.map(({ available: _, ...variant }) => variant) },
    available: new Map(variants.map(({ sku, available }) => [sku, available])),
  }
}
