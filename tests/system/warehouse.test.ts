import { randomUUID } from 'node:crypto'
import type { ProductView } from '@kiosk/contracts/http/catalog-view'
import type { MovementView, ReservationView, StockView } from '@kiosk/contracts/http/inventory'
import { beforeAll, describe, expect, it } from 'vitest'
import { aProduct } from './api.ts'
import { eventually, startSystem, type System } from './harness.ts'
import { errorsSince, expectProblem } from './problems.ts'
import { bought, placed, Shop } from './shop.ts'

let system: System
let shop: Shop
let logsBefore: number

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  logsBefore = system.logs().length
})

function put(sku: string, body: Record<string, unknown>) {
  return shop.staff.call<StockView>(`/v1/inventory/${sku}`, { method: 'PUT', body })
}

function adjust(sku: string, delta: number, reason = 'counted') {
  const path = `/v1/inventory/${sku}/adjustments`
  return shop.staff.call<StockView>(path, { body: { delta, reason } })
}

interface Page<T> {
  items: T[]
  nextCursor: string | null
}

/** For what takes several requests to find out. */
const SELDOM = { everyMs: 400 }

/** All pages of a list. */
async function all<T>(path: string): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const at: string = cursor && `&cursor=${encodeURIComponent(cursor)}`
    const { status, body } = await shop.staff.call<Page<T>>(`${path}${at}`)
    expect(status).toBe(200)
    items.push(...body.items)
    cursor = body.nextCursor
  }
  return items
}

function movements(sku: string): Promise<MovementView[]> {
  return all(`/v1/inventory/${sku}/movements?limit=2`)
}

describe.concurrent('stock', () => {
  it('can be set from the moment a product is there, whatever events are still to come', async () => {
    const skus = Array.from({ length: 10 }, () => `SKU-${randomUUID()}`)
    await Promise.all(
      skus.map(async (sku, n) => {
        const made = await shop.staff.call('/v1/products', { body: aProduct({ sku }) })
        expect(made.status).toBe(201)
        expect(await put(sku, { onHand: n + 1 })).toMatchObject({
          status: 200,
          body: { sku, onHand: n + 1, reserved: 0, available: n + 1, version: expect.any(Number) },
        })
      }),
    )
    await eventually(async () => {
      const listed = (await all<StockView>('/v1/inventory?limit=100')).map((stock) => stock.sku)
      expect(listed).toEqual(expect.arrayContaining(skus))
    }, SELDOM)
    for (const [n, sku] of skus.entries()) {
      expect(await shop.stock(sku)).toMatchObject({ onHand: n + 1 })
    }
  })

  it('of a new product is known as none, by its event', async () => {
    const sku = `SKU-${randomUUID()}`
    await shop.staff.call('/v1/products', { body: aProduct({ sku }) })
    await eventually(async () =>
      expect(await shop.stock(sku)).toMatchObject({ onHand: 0, reserved: 0, available: 0 }),
    )
  })

  it('of a product of the greatest size is known too', async () => {
    const skus = Array.from({ length: 100 }, () => `SKU-${randomUUID()}-${'x'.repeat(23)}`)
    const price = { amountMinor: 1, currency: 'USD' }
    const variants = skus.map((sku) => ({ sku, name: `x${'\u0001'.repeat(198)}x`, price }))
    const body = { ...aProduct({ sku: skus[0] ?? '' }), slug: undefined, variants }
    expect((await shop.staff.call('/v1/products', { body })).status).toBe(201)
    await eventually(async () => {
      for (const sku of [skus[0], skus[99]]) {
        expect(await shop.stock(String(sku))).toMatchObject({ onHand: 0 })
      }
    })
  })

  it('of a SKU that nobody made is a 404', async () => {
    const path = '/v1/inventory/NO-SUCH-SKU'
    expectProblem(await shop.staff.call(path), 404)
    expectProblem(await shop.staff.call(`${path}/movements`), 404)
    expectProblem(await adjust('NO-SUCH-SKU', 1), 404)
  })

  it('is read exactly, at once, after every change', async () => {
    const sku = await shop.sku(0)
    for (let onHand = 1; onHand <= 5; onHand++) {
      const { body } = await put(sku, { onHand })
      expect(await shop.stock(sku)).toEqual(body)
    }
  })

  it.each([[{ onHand: -1 }], [{ onHand: 1.5 }], [{ onHand: 1e10 }], [{}], [{ onHand: '5' }]])(
    'set to %j is refused',
    async (body) => {
      const sku = await shop.sku(3)
      expectProblem(await put(sku, body), 400)
      expectProblem(await put(sku, { onHand: 5, lowStockThreshold: -1 }), 400)
      expect(await shop.stock(sku)).toMatchObject({ onHand: 3 })
    },
  )

  it('is adjusted with a reason, and never below what is reserved', async () => {
    const sku = await shop.sku(5)
    const ada = await shop.customer()
    await placed(ada, sku, 3)
    expect(await adjust(sku, -2, 'broken')).toMatchObject({
      status: 200,
      body: { onHand: 3, reserved: 3, available: 0 },
    })
    for (const answer of [await adjust(sku, -1), await put(sku, { onHand: 2 })]) {
      expectProblem(answer, 409)
    }
    for (const delta of [0, 0.5, -1e10, 1e10]) expectProblem(await adjust(sku, delta), 400)
    expectProblem(await adjust(sku, 1, ''), 400)
    expect(await shop.stock(sku)).toMatchObject({ onHand: 3, reserved: 3, available: 0 })
    const none = await shop.sku(1)
    expectProblem(await adjust(none, -2), 409)
  })

  it('changes as often as it is told to at the same time', async () => {
    const sku = await shop.sku(100)
    const deltas = [3, -1, 4, -1, 5, -9, 2, -6]
    const answers = await Promise.all(deltas.map((delta) => adjust(sku, delta)))
    expect(answers.map(({ status }) => status)).toEqual(deltas.map(() => 200))
    expect(await shop.stock(sku)).toMatchObject({ onHand: 97 })
  })

  it('is the sum of its movements, which say why and who', async () => {
    const sku = await shop.sku(10)
    const ada = await shop.customer()
    const { order: kept } = await bought(ada, sku, 2)
    const { order: returned } = await bought(ada, sku, 3)
    await ada.call(`/v1/orders/${returned.id}/cancel`, { body: {} })
    await adjust(sku, -1, 'lost')
    await eventually(async () =>
      expect(await shop.stock(sku)).toMatchObject({ onHand: 7, reserved: 0 }),
    )
    const told = await movements(sku)
    expect(told.map(({ delta }) => delta).toSorted()).toEqual([-1, -2, -3, 10, 3].toSorted())
    expect(told.reduce((sum, { delta }) => sum + delta, 0)).toBe(7)
    expect(told[0]?.onHand).toBe(7)
    expect(told.at(-1)?.delta).toBe(10)
    const lost = told.find(({ reason }) => reason === 'lost')
    expect(lost).toMatchObject({ delta: -1, actor: shop.staff.id })
    const references = told.flatMap(({ reference }) => reference ?? [])
    expect(references).toEqual(expect.arrayContaining([kept.id, returned.id]))
  })

  it('is shown in the catalog, by events', async () => {
    const sku = await shop.sku(4)
    const shown = async () => {
      const { body } = await system.api<Page<ProductView>>(`/v1/products?q=${sku}`)
      return body.items[0]?.variants[0]?.stock
    }
    await eventually(async () => expect(await shown()).toEqual({ available: 4, inStock: true }))
    await placed(await shop.customer(), sku, 4)
    await eventually(async () => expect(await shown()).toEqual({ available: 0, inStock: false }))
    await adjust(sku, 1)
    await eventually(async () => expect(await shown()).toEqual({ available: 1, inStock: true }))
  })

  it('that is low is in the low list, and leaves it', async () => {
    const sku = await shop.sku(0)
    const low = async () => {
      const listed = await all<StockView>('/v1/inventory?low=true&limit=100')
      for (const { available, lowStockThreshold } of listed) {
        expect(available).toBeLessThanOrEqual(lowStockThreshold)
      }
      return listed.map((stock) => stock.sku)
    }
    expect((await put(sku, { onHand: 3, lowStockThreshold: 3 })).status).toBe(200)
    await eventually(async () => expect(await low()).toContain(sku), SELDOM)
    await put(sku, { onHand: 4 })
    await eventually(async () => expect(await low()).not.toContain(sku), SELDOM)
    await placed(await shop.customer(), sku)
    await eventually(async () => expect(await low()).toContain(sku), SELDOM)
  })

  it('is listed by SKU, each once, page by page', async () => {
    const listed = (await all<StockView>('/v1/inventory?limit=50')).map(({ sku }) => sku)
    expect(new Set(listed).size).toBe(listed.length)
    expect(listed).toEqual(listed.toSorted((a, b) => (a < b ? -1 : 1)))
  })
})

describe.concurrent('a reservation by hand', () => {
  async function hold(lines: { sku: string; quantity: number }[], ttlSeconds = 60) {
    const body = { orderId: 'window display', lines, ttlSeconds }
    return shop.staff.call<ReservationView>('/v1/reservations', { body })
  }
  const act = (id: string, action: 'release' | 'commit') =>
    shop.staff.call<ReservationView>(`/v1/reservations/${id}/${action}`, { method: 'POST' })

  it('holds all lines until it is released', async () => {
    const [a, b] = [await shop.sku(5), await shop.sku(5)]
    const lines = [
      { sku: a, quantity: 2 },
      { sku: b, quantity: 5 },
    ]
    const held = await hold(lines)
    expect(held).toMatchObject({ status: 201, body: { status: 'held', orderId: 'window display' } })
    expect(held.body.id).toMatch(/^rsv_[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(Date.parse(held.body.expiresAt ?? '')).toBeGreaterThan(Date.now())
    expect(held.body.lines).toEqual(expect.arrayContaining(lines))
    expect(await shop.stock(a)).toMatchObject({ reserved: 2, available: 3 })
    for (let times = 0; times < 2; times++) {
      expect(await act(held.body.id, 'release')).toMatchObject({
        status: 200,
        body: { status: 'released' },
      })
    }
    expect(await shop.stock(a)).toMatchObject({ onHand: 5, reserved: 0 })
    expect(await shop.stock(b)).toMatchObject({ onHand: 5, reserved: 0 })
    expectProblem(await act(held.body.id, 'commit'), 409)
  })

  it('holds all lines or none', async () => {
    const [plenty, few] = [await shop.sku(5), await shop.sku(1)]
    const answer = await hold([
      { sku: plenty, quantity: 1 },
      { sku: few, quantity: 2 },
    ])
    expectProblem(answer, 409)
    expect(answer.body).toMatchObject({
      code: 'insufficient_stock',
      shortages: [{ sku: few, requested: 2, available: 1 }],
    })
    expect(await shop.stock(plenty)).toMatchObject({ reserved: 0 })
    expectProblem(await hold([{ sku: 'NO-SUCH-SKU', quantity: 1 }]), [409, 422])
  })

  it('is deducted once when it is committed, and returns once when it is released', async () => {
    const sku = await shop.sku(5)
    const { body } = await hold([{ sku, quantity: 2 }])
    for (let times = 0; times < 2; times++) {
      expect(await act(body.id, 'commit')).toMatchObject({
        status: 200,
        body: { status: 'committed', expiresAt: null },
      })
    }
    expect(await shop.stock(sku)).toMatchObject({ onHand: 3, reserved: 0 })
    await Promise.all([act(body.id, 'release'), act(body.id, 'release')])
    expect(await shop.stock(sku)).toMatchObject({ onHand: 5, reserved: 0 })
    expectProblem(await act(body.id, 'commit'), 409)
  })

  it('gives its units back at its deadline', async () => {
    const sku = await shop.sku(1)
    expect((await hold([{ sku, quantity: 1 }], 1)).status).toBe(201)
    await eventually(async () => expect(await shop.stock(sku)).toMatchObject({ reserved: 0 }))
  })

  it.each([0, -1, 3601, 1.5])('of %d seconds is refused', async (ttlSeconds) => {
    expectProblem(await hold([{ sku: await shop.sku(1), quantity: 1 }], ttlSeconds), 400)
  })

  it('of an order is not for hands', async () => {
    const sku = await shop.sku(1)
    const { id } = await placed(await shop.customer(), sku)
    const { DB } = await system.worker<{ DB: D1Database }>('orders').getEnv()
    const row = await DB.prepare('SELECT * FROM orders WHERE id = ?').bind(id).first()
    const reservation = Object.values(row ?? {}).find((value) => String(value).startsWith('rsv_'))
    for (const action of ['release', 'commit'] as const) {
      const answer = await act(String(reservation), action)
      expectProblem(answer, 409)
      expect(answer.body).toMatchObject({ code: 'owned_by_order' })
    }
    expect(await shop.stock(sku)).toMatchObject({ onHand: 1, reserved: 1 })
  })
})

it('none of it was an error to any Worker', () => {
  expect(errorsSince(system, logsBefore)).toEqual([])
})
