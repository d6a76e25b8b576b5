import type { SplitView } from '@kiosk/contracts/http/inventory'
import { beforeAll, describe, expect, it } from 'vitest'
import { auditShop } from './audit.ts'
import { eventually, startSystem } from './harness.ts'
import { order, orderBecomes, pay, type Person, Shop } from './shop.ts'

let shop: Shop
let buyers: Person[]

// The split takes effect in a moment, and clocks are all the same here.
beforeAll(async () => {
  shop = await Shop.open(await startSystem({ SPLIT_LEAD_MS: '500', SPLIT_CLOCKS_MS: '0' }))
  buyers = await Promise.all(Array.from({ length: 10 }, () => shop.customer()))
})

const buyer = (n: number): Person => buyers[n % buyers.length] as Person

async function split(sku: string, count: number): Promise<SplitView> {
  const path = `/v1/inventory/${sku}/buckets`
  const { status, body } = await shop.staff.call<SplitView>(path, {
    method: 'PUT',
    body: { count },
  })
  expect(status).toBe(200)
  return body
}

async function inEffect({ effectiveAt }: SplitView): Promise<void> {
  const wait = Date.parse(effectiveAt ?? '') - Date.now()
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait) + 1))
}

/** Orders, and pays if there is something to pay. Returns how it ended: a status or why not. */
async function buy(person: Person, sku: string): Promise<string> {
  const { status, body } = await order(person, [{ sku, quantity: 1 }])
  if (status !== 201) return body.code ?? String(status)
  expect((await pay(person, body.id)).body).toMatchObject({ status: 'succeeded' })
  return (await orderBecomes(person, body.id, { status: 'processing' })).status
}

describe('a SKU in four buckets', () => {
  it('of 50 units sells exactly 50 to 200 buyers, and all books agree', async () => {
    const sku = await shop.sku(50)
    const view = await split(sku, 4)
    expect(view.buckets.map(({ onHand }) => onHand)).toEqual([13, 13, 12, 12])
    await inEffect(view)
    const ends = await Promise.all(Array.from({ length: 200 }, (_, n) => buy(buyer(n), sku)))
    expect(ends.filter((end) => end === 'processing')).toHaveLength(50)
    expect(ends.filter((end) => end === 'insufficient_stock')).toHaveLength(150)
    expect(await shop.stock(sku)).toMatchObject({ onHand: 0, reserved: 0, available: 0 })
    await eventually(async () => {
      const { violations } = await auditShop(shop.admin, { graceSeconds: 0 })
      expect(violations).toEqual([])
    })
  })

  it('is put together again while it sells', async () => {
    const sku = await shop.sku(20)
    await inEffect(await split(sku, 4))
    const [some] = await Promise.all([
      Promise.all(Array.from({ length: 8 }, (_, n) => buy(buyer(n), sku))),
      split(sku, 1).then(inEffect),
    ])
    const others = await Promise.all(Array.from({ length: 20 }, (_, n) => buy(buyer(n), sku)))
    expect([...some, ...others].filter((end) => end === 'processing')).toHaveLength(20)
    expect(await shop.stock(sku)).toMatchObject({ onHand: 0, reserved: 0 })
  })

  it('is split by staff only, into at most sixteen', async () => {
    const sku = await shop.sku(1)
    const path = `/v1/inventory/${sku}/buckets`
    const put = (count: unknown) => shop.staff.call(path, { method: 'PUT', body: { count } })
    for (const count of [0, 17, 1.5, '4', null]) expect((await put(count)).status).toBe(400)
    expect((await buyer(0).call(path, { method: 'PUT', body: { count: 2 } })).status).toBe(403)
    expect((await shop.staff.call('/v1/inventory/nothing/buckets')).status).toBe(404)
    expect((await shop.staff.call(path)).body).toEqual({
      sku,
      count: 1,
      effectiveAt: null,
      buckets: [{ onHand: 1, reserved: 0, available: 1 }],
    })
  })
})
