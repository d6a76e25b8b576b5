import { randomUUID } from 'node:crypto'
import type { OrderView } from '@kiosk/contracts/http/orders'
import { beforeAll, describe, expect, it } from 'vitest'
import { aProduct } from './api.ts'
import { eventually, startSystem, type System } from './harness.ts'
import { codeOf, errorsSince, expectProblem } from './problems.ts'
import {
  address,
  bought,
  idempotencyKey,
  instant,
  mailArrives,
  order,
  orderBecomes,
  pay,
  type Person,
  placed,
  Shop,
  usd,
} from './shop.ts'

let system: System
let shop: Shop
let logsBefore: number
let ada: Person
let sku: string

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  logsBefore = system.logs().length
  ada = await shop.customer()
  sku = await shop.sku(1_000)
})

function setStatus(by: Person, id: string, body: unknown) {
  return by.call<OrderView>(`/v1/orders/${id}/status`, { method: 'PATCH', body })
}

async function shipped(): Promise<OrderView> {
  const { order: paid } = await bought(ada, sku)
  await shop.ship(paid.id)
  return (await ada.call<OrderView>(`/v1/orders/${paid.id}`)).body
}

describe.concurrent('an order', () => {
  it('is answered as it will be read, in the agreed form', async () => {
    const eve = await shop.customer()
    const other = await shop.sku(5, { name: 'Other' })
    const lines = [
      { sku, quantity: 3 },
      { sku: other, quantity: 1 },
    ]
    const { status, body } = await order(eve, lines)
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^ord_[0-9A-HJKMNP-TV-Z]{26}$/),
      number: expect.stringMatching(/^\S{4,20}$/),
      customerId: eve.id,
      status: 'pending',
      paymentStatus: 'unpaid',
      lines: [
        {
          sku,
          name: expect.stringContaining(sku),
          quantity: 3,
          unitPrice: usd(1999),
          discount: usd(0),
          tax: usd(0),
          total: usd(5997),
        },
        expect.objectContaining({ sku: other, quantity: 1, total: usd(1999) }),
      ],
      subtotal: usd(7996),
      discount: usd(0),
      shipping: usd(0),
      tax: usd(0),
      total: usd(7996),
      shippingAddress: address,
      expiresAt: instant,
      version: expect.any(Number),
      createdAt: instant,
      updatedAt: instant,
    })
    const minutes = (Date.parse(body.expiresAt) - Date.parse(body.createdAt)) / 60_000
    expect(minutes).toBeGreaterThan(14)
    expect(minutes).toBeLessThan(16)
    expect((await eve.call(`/v1/orders/${body.id}`)).body).toEqual(body)
    const listed = await eve.call<{ items: OrderView[] }>('/v1/orders?status=pending')
    expect(listed.body.items[0]).toEqual(body)
  })

  it('of fifty different SKUs with long names goes all the way to the mail', async () => {
    const skus = Array.from({ length: 50 }, () => `SKU-${randomUUID()}`)
    const variants = skus.map((one) => ({ sku: one, name: '名'.repeat(200), price: usd(100) }))
    const name = 'é"'.repeat(100)
    const body = { ...aProduct({ sku: skus[0] ?? '' }), name, status: 'published', variants }
    expect((await shop.staff.call('/v1/products', { body })).status).toBe(201)
    await Promise.all(skus.map((one) => shop.setStock(one, 1)))
    const placing = await order(
      ada,
      skus.map((one) => ({ sku: one, quantity: 1 })),
    )
    expect(placing).toMatchObject({ status: 201, body: { total: usd(5000) } })
    expect(placing.body.lines.map((line) => line.sku)).toEqual(skus)
    await pay(ada, placing.body.id)
    await orderBecomes(ada, placing.body.id, { status: 'processing' })
    await mailArrives(ada, placing.body.id, 'order_confirmed')
    for (const one of [skus[0], skus[25], skus[49]]) {
      expect(await shop.stock(String(one))).toMatchObject({ onHand: 0, reserved: 0 })
    }
  })

  it('that costs nothing is paid, confirmed and cancelled like any other', async () => {
    const free = `SKU-${randomUUID()}`
    const variants = [{ sku: free, options: {}, price: usd(0) }]
    const body = { ...aProduct({ sku: free }), status: 'published', variants }
    expect((await shop.staff.call('/v1/products', { body })).status).toBe(201)
    await shop.setStock(free, 1)
    const { id } = await placed(ada, free)
    const { body: payment } = await pay(ada, id)
    expect(payment.status).toBe('succeeded')
    await orderBecomes(ada, id, { status: 'processing', paymentStatus: 'paid' })
    await mailArrives(ada, id, 'order_confirmed')
    expectProblem(await shop.refund(payment.id, 1), [409, 422])
    await ada.call(`/v1/orders/${id}/cancel`, { body: {} })
    await mailArrives(ada, id, 'order_cancelled')
    await eventually(async () =>
      expect(await shop.stock(free)).toMatchObject({ onHand: 1, reserved: 0 }),
    )
  })

  it('and a payment under one key are two things', async () => {
    const headers = idempotencyKey()
    const { body } = await order(ada, [{ sku, quantity: 1 }], headers)
    const declined = await pay(ada, body.id, 'tok_declined', headers)
    expect(declined).toMatchObject({ status: 201, body: { status: 'failed' } })
    const again = await pay(ada, body.id, 'tok_declined', headers)
    expect(again.body).toEqual(declined.body)
    expectProblem(await pay(ada, body.id, 'tok_ok', headers), 422)
  })

  it('has one currency', async () => {
    const price = { amountMinor: 500, currency: 'EUR' }
    const euro = `SKU-${randomUUID()}`
    await shop.sku(5, { variants: [{ sku: euro, options: {}, price }] }).catch(() => null)
    await shop.setStock(euro, 5)
    const mixed = await order(ada, [
      { sku, quantity: 1 },
      { sku: euro, quantity: 1 },
    ])
    expectProblem(mixed, 422)
    expect(codeOf(mixed)).toBe('mixed_currencies')
    expect(await placed(ada, euro)).toMatchObject({ total: price })
  })

  it('names every SKU that is short, and only those', async () => {
    const [none, few] = [await shop.sku(0), await shop.sku(2)]
    const plenty = await shop.sku(5)
    const answer = await order(ada, [
      { sku: few, quantity: 5 },
      { sku: plenty, quantity: 1 },
      { sku: none, quantity: 1 },
    ])
    expectProblem(answer, 409)
    const { shortages } = answer.body as unknown as { shortages: { sku: string }[] }
    expect(shortages).toHaveLength(2)
    expect(shortages).toEqual(
      expect.arrayContaining([
        { sku: few, requested: 5, available: 2 },
        { sku: none, requested: 1, available: 0 },
      ]),
    )
    expect(await shop.stock(plenty)).toMatchObject({ reserved: 0 })
  })

  it('that was refused can be placed under the same key once there is stock', async () => {
    const scarce = await shop.sku(0)
    const headers = idempotencyKey()
    const lines = [{ sku: scarce, quantity: 1 }]
    expectProblem(await order(ada, lines, headers), 409)
    await shop.setStock(scarce, 1)
    expect((await order(ada, lines, headers)).status).toBe(201)
    expect(await shop.stock(scarce)).toMatchObject({ reserved: 1 })
  })

  it('submitted twenty times at once under one key is one order', async () => {
    const headers = idempotencyKey()
    const scarce = await shop.sku(20)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => order(ada, [{ sku: scarce, quantity: 1 }], headers)),
    )
    for (const answer of answers) {
      if (answer.status !== 201) expectProblem(answer, 409)
    }
    const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.id)
    expect(new Set(ids).size).toBe(1)
    expect(await shop.stock(scarce)).toMatchObject({ reserved: 1, available: 19 })
  })

  it('is listed newest first, each once, by status, and walked by pages', async () => {
    const eve = await shop.customer()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.unshift((await placed(eve, sku)).id)
    await eve.call(`/v1/orders/${ids[2]}/cancel`, { body: {} })
    const walk = async (query: string) => {
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const path: string = `/v1/orders?limit=2${query}${cursor && `&cursor=${cursor}`}`
        const { status, body } = await eve.call<{ items: OrderView[]; nextCursor: string | null }>(
          path,
        )
        expect(status).toBe(200)
        seen.push(...body.items.map(({ id }) => id))
        cursor = body.nextCursor
      }
      return seen
    }
    expect(await walk('')).toEqual(ids)
    expect(await walk('&status=pending')).toEqual(ids.filter((id) => id !== ids[2]))
    expect(await walk('&status=cancelled')).toEqual([ids[2]])
    expect(await walk('&status=shipped')).toEqual([])
  })
})

describe.concurrent('the status of an order', () => {
  const MOVES = ['pending', 'processing', 'shipped', 'delivered', 'cancelled'] as const

  const cases: [string, string[], () => Promise<OrderView>][] = [
    ['pending', ['cancelled'], () => placed(ada, sku)],
    ['processing', ['shipped', 'cancelled'], async () => (await bought(ada, sku)).order],
    ['shipped', ['delivered'], shipped],
    [
      'delivered',
      [],
      async () => {
        const { id } = await shipped()
        return (await setStatus(shop.staff, id, { status: 'delivered' })).body
      },
    ],
    [
      'cancelled',
      [],
      async () => {
        const { id } = await placed(ada, sku)
        return (await ada.call<OrderView>(`/v1/orders/${id}/cancel`, { body: {} })).body
      },
    ],
  ]
  it.each(cases)('%s goes only to %j', async (status, allowed, make) => {
    const made = await make()
    expect(made.status).toBe(status)
    for (const to of MOVES.filter((move) => !allowed.includes(move))) {
      const answer = await setStatus(shop.staff, made.id, { status: to })
      expectProblem(answer, 409)
      expect(codeOf(answer)).toBe('illegal_transition')
    }
    expect((await ada.call(`/v1/orders/${made.id}`)).body).toEqual(made)
    if (!allowed.includes('cancelled')) {
      expectProblem(await ada.call(`/v1/orders/${made.id}/cancel`, { body: {} }), 409)
    }
    for (const [index, to] of allowed.entries()) {
      const { id } = index === 0 ? made : await make()
      const moved = await setStatus(shop.staff, id, { status: to })
      expect(moved).toMatchObject({ status: 200, body: { id, status: to } })
      expect(moved.body.version).toBeGreaterThan(made.version)
    }
  })

  it('changed to shipped by many at once is changed, and mailed, once', async () => {
    const { order: paid } = await bought(ada, sku)
    const tracking = { carrier: 'DHL', number: 'JD0140' }
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => setStatus(shop.staff, paid.id, { status: 'shipped', tracking })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
    expect(answers.find(({ status }) => status === 200)?.body.tracking).toEqual(tracking)
    const timeline = await ada.call<{ items: { type: string }[] }>(`/v1/orders/${paid.id}/timeline`)
    const types = timeline.body.items.map(({ type }) => type)
    expect(types.filter((type) => type === 'order.shipped')).toHaveLength(1)
  })

  it('has a timeline that says when, what and who', async () => {
    const { id } = await shipped()
    const { body } = await ada.call<{ items: object[] }>(`/v1/orders/${id}/timeline`)
    expect(body.items).toEqual([
      { at: instant, type: 'order.placed', actor: ada.id, data: expect.any(Object) },
      { at: instant, type: 'order.confirmed', actor: expect.any(String), data: expect.any(Object) },
      { at: instant, type: 'order.shipped', actor: shop.staff.id, data: expect.any(Object) },
    ])
    const { id: short } = await placed(ada, sku)
    await ada.call(`/v1/orders/${short}/cancel`, { body: { reason: 'too <b>slow</b> 😀' } })
    const cancelled = await ada.call(`/v1/orders/${short}/timeline`)
    expect(JSON.stringify(cancelled.body)).toContain('too <b>slow</b> 😀')
  })

  it('is cancelled without a body, too', async () => {
    for (const request of [{}, { body: '' }]) {
      const { id } = await placed(ada, sku)
      const path = `/v1/orders/${id}/cancel`
      const answer = await ada.call(path, { method: 'POST', ...request })
      expect(answer).toMatchObject({ status: 200, body: { id, status: 'cancelled' } })
      expect(answer.body['cancelReason']).toBeDefined()
    }
  })
})

it('none of it was an error to any Worker', () => {
  expect(errorsSince(system, logsBefore)).toEqual([])
})
