import type { PricedVariant } from '@kiosk/contracts/rpc/catalog'
import type { Database } from '@kiosk/kit/database'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { lineName, variantName } from '../domain/product.ts'
import { products, variants } from './schema.ts'

/** The variants of these SKUs that can be bought now; the others are absent. */
export async function loadPrices(db: Database, skus: readonly string[]): Promise<PricedVariant[]> {
  const asked = sql`(select value from json_each(${JSON.stringify(skus)}))`
  const rows = await db
    .select({ product: products, variant: variants })
    .from(variants)
    .innerJoin(products, eq(products.seq, variants.productSeq))
    .where(
      and(
        sql`${variants.sku} in ${asked}`,
        isNull(variants.withdrawnAt),
        eq(products.status, 'published'),
      ),
    )
  return rows.map(({ product, variant }) => ({
    sku: variant.sku,
    productId: product.id,
    name: lineName(product.name, variantName(product, variant)),
    price: { amountMinor: variant.priceMinor, currency: product.currency },
  }))
}
