import type { Database, Statement } from '@kiosk/kit/database'
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { products, stock } from './schema.ts'

interface StockFact {
  readonly sku: string
  readonly available: number
  /** The version of the SKU's balance that this tells of. */
  readonly version: number
}

/** Takes over what inventory told, unless something newer is known; the SKU's product follows. */
export function recordStock(db: Database, fact: StockFact, now: number): Statement[] {
  const firstAvailableAt = fact.available > 0 ? now : null
  return [
    db
      .insert(stock)
      .values({ ...fact, firstAvailableAt })
      .onConflictDoUpdate({
        target: stock.sku,
        set: {
          available: fact.available,
          version: fact.version,
          firstAvailableAt: sql`coalesce(${stock.firstAvailableAt}, ${firstAvailableAt})`,
        },
        setWhere: sql`excluded.version > ${stock.version}`,
      }),
    restockProduct(db, sql`(select product_seq from variants where sku = ${fact.sku})`),
  ]
}

/** Makes a product's `in_stock` what its variants that are for sale say, if it is not. */
export function restockProduct(db: Database, seq: SQL): Statement {
  const inStock = sql`exists (
    select 1 from variants join stock on stock.sku = variants.sku
    where variants.product_seq = ${products.seq} and variants.withdrawn_at is null
      and stock.available > 0
  )`
  return db
    .update(products)
    .set({ inStock })
    .where(and(eq(products.seq, seq), sql`${products.inStock} <> ${inStock}`))
}

/** Which version of each SKU's balance is known here. */
export function loadStockVersions(
  db: Database,
  skus: readonly string[],
): Promise<{ sku: string; version: number }[]> {
  return db
    .select({ sku: stock.sku, version: stock.version })
    .from(stock)
    .where(sql`${stock.sku} in (select value from json_each(${JSON.stringify(skus)}))`)
}

/** Whether a product of this slug, whatever its status, exists and ever had stock. */
export async function wasEverStocked(db: Database, slug: string): Promise<boolean> {
  const rows = await db.all(sql`
    select 1 from products
      join variants on variants.product_seq = products.seq
      join stock on stock.sku = variants.sku
    where products.slug = ${slug} and stock.first_available_at is not null
    limit 1`)
  return rows.length > 0
}
