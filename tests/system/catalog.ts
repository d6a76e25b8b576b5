import { randomUUID } from 'node:crypto'
import type { ProductPage, ProductView } from '@kiosk/contracts/http/catalog-view'
import type { CategoryView } from '@kiosk/contracts/http/categories'
import { expect } from 'vitest'
import { aProduct } from './api.ts'
import type { Shop } from './shop.ts'

export const newSku = () => `SKU-${randomUUID().slice(0, 18)}`

/** Publishes a product, unless it is to be a draft. */
export async function create(
  shop: Shop,
  change: Record<string, unknown> = {},
): Promise<ProductView> {
  const body = { ...aProduct({ sku: newSku() }), status: 'published', ...change }
  const answer = await shop.staff.call<ProductView>('/v1/products', { body })
  expect(answer).toMatchObject({ status: 201 })
  return answer.body
}

export async function category(
  shop: Shop,
  name: string,
  parentId: string | null = null,
): Promise<CategoryView> {
  const body = { name, slug: `c-${randomUUID()}`, parentId }
  const answer = await shop.staff.call<CategoryView>('/v1/categories', { body })
  expect(answer.status).toBe(201)
  return answer.body
}

/** What a visitor is shown. */
export function list({ system }: Shop, query: Record<string, string | number>) {
  const text = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))
  return system.api<ProductPage>(`/v1/products?${text.toString()}`)
}
