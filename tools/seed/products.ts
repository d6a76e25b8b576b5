import { ProductView } from '@kiosk/contracts/http/catalog-view'
import { MovementView, StockView } from '@kiosk/contracts/http/inventory'
import { pageOf } from '@kiosk/contracts/primitives/page'
import { isRefusal, type Gateway } from '../gateway.ts'
import { firstCount, LOW_STOCK_THRESHOLD } from './stock.ts'
import type { SeedProduct } from './types.ts'

/** Creates a product and counts its stock, unless an earlier seed already did. */
export async function seedProduct(
  admin: Gateway,
  product: SeedProduct,
  categoryIds: ReadonlyMap<string, string>,
): Promise<void> {
  const isNew = await createProduct(admin, product, categoryIds)
  for (const { sku } of product.variants) {
    if (isNew || !(await wasEverStocked(admin, sku))) await setStock(admin, sku)
  }
}

async function createProduct(
  admin: Gateway,
  { category, ...product }: SeedProduct,
  categoryIds: ReadonlyMap<string, string>,
): Promise<boolean> {
  const categoryId = categoryIds.get(category)
  try {
    const body = { ...product, status: 'published', categoryIds: [categoryId] }
    await admin.post('/v1/products', body, ProductView)
    return true
  } catch (error) {
    if (isRefusal(error, 'slug_taken', 'sku_taken')) return false
    throw error
  }
}

/**
 * Whether somebody, a seed or a person, has set the stock of a SKU before: then it is theirs. None in
 * stock does not mean never set: they may all be sold.
 */
async function wasEverStocked(admin: Gateway, sku: string): Promise<boolean> {
  const path = `/v1/inventory/${encodeURIComponent(sku)}`
  try {
    const stock = await admin.get(path, StockView)
    if (stock.onHand > 0) return true
    const movements = await admin.get(`${path}/movements?limit=1`, pageOf(MovementView))
    return movements.items.length > 0
  } catch (error) {
    if (isRefusal(error, 'not_found')) return false
    throw error
  }
}

async function setStock(admin: Gateway, sku: string): Promise<void> {
  const body = { onHand: firstCount(sku), lowStockThreshold: LOW_STOCK_THRESHOLD }
  await admin.put(`/v1/inventory/${encodeURIComponent(sku)}`, body, StockView)
}
