import { expect, expectTypeOf, it } from 'vitest'
import { json, problem, shopThatAnswers } from '../test/shop.ts'
import {
  type AuditReport,
  audit,
  items,
  listAddresses,
  listDeadLetters,
  listInventory,
  listMovements,
  listNotifications,
  listOrders,
  listProducts,
  listUsers,
  type Order,
  pages,
  type Product,
  type ProductFacets,
  type StockMovement,
} from './index.ts'

const PAGES = [
  json(200, { items: [{ id: 'a' }, { id: 'b' }], nextCursor: 'after b' }),
  json(200, { items: [], nextCursor: 'after nothing' }),
  json(200, { items: [{ id: 'c' }], nextCursor: null }),
]

it('goes through all pages, with the same query', async () => {
  const { kiosk, got } = shopThatAnswers(PAGES)
  const ids: string[] = []
  const query = { status: 'pending', limit: 2 } as const
  for await (const { id } of items(listOrders, { client: kiosk, query })) ids.push(id)
  expect(ids).toEqual(['a', 'b', 'c'])
  expect(got.map(({ url }) => new URL(url).search)).toEqual([
    '?status=pending&limit=2',
    '?status=pending&limit=2&cursor=after%20b',
    '?status=pending&limit=2&cursor=after%20nothing',
  ])
})

it('begins where the caller says', async () => {
  const { kiosk, got } = shopThatAnswers(PAGES)
  const query = { cursor: 'after z' }
  for await (const _ of items(listOrders, { client: kiosk, query })) break
  expect(new URL(got[0]?.url ?? '').search).toBe('?cursor=after%20z')
})

it('asks for nothing before it is used, and for no page before it is wanted', async () => {
  const { kiosk, got } = shopThatAnswers(PAGES)
  const orders = items(listOrders, { client: kiosk })
  expect(got).toHaveLength(0)
  await orders.next()
  await orders.next()
  expect(got).toHaveLength(1)
  await orders.next()
  expect(got).toHaveLength(3)
})

it('stops when its consumer does', async () => {
  const { kiosk, got } = shopThatAnswers(PAGES)
  for await (const { id } of items(listOrders, { client: kiosk })) if (id === 'b') break
  expect(got).toHaveLength(1)
})

it('throws what a page throws, after the items before it', async () => {
  const { kiosk } = shopThatAnswers([...PAGES.slice(0, 1), problem(400, 'validation_failed')])
  const ids: string[] = []
  async function read() {
    for await (const { id } of items(listOrders, { client: kiosk })) ids.push(id)
  }
  await expect(read()).rejects.toMatchObject({ code: 'validation_failed' })
  expect(ids).toEqual(['a', 'b'])
})

it('gives whole pages too', async () => {
  const { kiosk } = shopThatAnswers(PAGES)
  const sizes: number[] = []
  for await (const page of pages(listProducts, { client: kiosk })) {
    expectTypeOf(page.facets).toEqualTypeOf<ProductFacets>()
    sizes.push(page.items.length)
  }
  expect(sizes).toEqual([2, 0, 1])
})

it('knows the types of every list', () => {
  const { kiosk: client } = shopThatAnswers([])
  const path = { sku: 'TEE' }
  expectTypeOf(items(listProducts, { client })).toExtend<AsyncGenerator<Product>>()
  expectTypeOf(items(listOrders, { client })).toExtend<AsyncGenerator<Order>>()
  expectTypeOf(items(listMovements, { client, path })).toExtend<AsyncGenerator<StockMovement>>()
  expectTypeOf(pages(audit, { client })).toExtend<AsyncGenerator<AuditReport>>()
  for (const list of [listAddresses, listDeadLetters, listInventory, listNotifications, listUsers])
    expectTypeOf(items(list, { client })).toExtend<AsyncGenerator<object>>()
  // @ts-expect-error -- the SKU is missing
  items(listMovements, { client })
  // @ts-expect-error -- there is no such filter
  items(listOrders, { client, query: { colour: 'blue' } })
  // @ts-expect-error -- it has no items
  items(audit, { client })
})
