import type { Database } from '@kiosk/kit/commit'
import { and, asc, gt, gte, sql } from 'drizzle-orm'
import type { ListedStock } from '../domain/audit.ts'
import { stockIndex } from './schema.ts'

/** SKUs in order, after a position (a SKU), whose row was written at or after a time (epoch ms). */
export async function listSkus(
  db: Database,
  { since, after, limit }: { since: number; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .select({ sku: stockIndex.sku })
    .from(stockIndex)
    .where(
      and(gte(stockIndex.updatedAt, since), after === null ? undefined : gt(stockIndex.sku, after)),
    )
    .orderBy(asc(stockIndex.sku))
    .limit(limit)
  return rows.map(({ sku }) => sku)
}

/** What lists show of some SKUs. */
export async function listedStock(
  db: Database,
  skus: readonly string[],
): Promise<Map<string, ListedStock>> {
  const { sku, onHand, reserved, version } = stockIndex
  const rows = await db
    .select({ sku, onHand, reserved, version })
    .from(stockIndex)
    .where(sql`${sku} in (select value from json_each(${JSON.stringify(skus)}))`)
  return new Map(rows.map(({ sku: name, ...stock }) => [name, stock]))
}
