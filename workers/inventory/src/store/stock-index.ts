import type { Database } from '@kiosk/kit/commit'
import { and, asc, gt, gte, lte, sql } from 'drizzle-orm'
import type { Stock } from '../domain/sku.ts'
import { stockIndex } from './schema.ts'

export type IndexedStock = typeof stockIndex.$inferSelect

/** Shows a balance in lists. An older version than the one shown changes nothing. */
export async function writeStockIndex(db: Database, stock: Stock, now: number): Promise<void> {
  const { sku, onHand, reserved, lowStockThreshold, version } = stock
  const shown = { onHand, reserved, lowStockThreshold, version, updatedAt: now }
  await db
    .insert(stockIndex)
    .values({ sku, ...shown })
    .onConflictDoUpdate({
      target: stockIndex.sku,
      set: shown,
      setWhere: sql`excluded.version > ${stockIndex.version}`,
    })
}

/** SKUs in order, after a position (a SKU); if `low`, only those that have run low. */
export function listStock(
  db: Database,
  { low, after, limit }: { low: boolean; after: string | null; limit: number },
): Promise<IndexedStock[]> {
  return db
    .select()
    .from(stockIndex)
    .where(
      and(
        after === null ? undefined : gt(stockIndex.sku, after),
        low ? lte(stockIndex.available, stockIndex.lowStockThreshold) : undefined,
      ),
    )
    .orderBy(asc(stockIndex.sku))
    .limit(limit)
}

const SKUS_PAGE = 1_000

/** The SKUs whose row was written at or after a time (epoch ms). */
export async function skusWrittenSince(db: Database, since: number): Promise<string[]> {
  const skus: string[] = []
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows: { sku: string }[] = await db
      .select({ sku: stockIndex.sku })
      .from(stockIndex)
      .where(and(gte(stockIndex.updatedAt, since), gt(stockIndex.sku, after)))
      .orderBy(asc(stockIndex.sku))
      .limit(SKUS_PAGE)
    skus.push(...rows.map(({ sku }) => sku))
    after = rows.length < SKUS_PAGE ? undefined : rows.at(-1)?.sku
  }
  return skus
}
