import { randomUUID } from 'node:crypto'
import type { OrderView } from '@kiosk/contracts/http/orders'
import { beforeAll, describe, expect, it } from 'vitest'
import { aProduct } from './api.ts'
import { eventually, startSystem, type System } from './harness.ts'
import { errorsSince, expectProblem, forEachAtOnce } from './problems.ts'
import {
  address,
  bought,
  idempotencyKey,
  mailArrives,
  order,
  orderBecomes,
  pay,
  paymentBecomes,
  type Person,
  placed,
  Shop,
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

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
const codeOf = ({ body }: { body: unknown }) => (body as { code?: string }).code

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

describe.concurrent('a payment', () => {
  it('is answered as it will be read, in the agreed form', async () => {
    const { id: orderId } = await placed(ada, sku)
    const { status, body } = await pay(ada, orderId)
    expect([status, body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^pay_[0-9A-HJKMNP-TV-Z]{26}$/),
        orderId,
        amount: usd(1999),
        status: 'succeeded',
        refundedAmount: usd(0),
        createdAt: instant,
      },
    ])
    expect((await ada.call(`/v1/payments/${body.id}`)).body).toEqual(body)
  })

  it.each(['tok_declined', 'tok_insufficient_funds'])(
    'with %s fails, and says why',
    async (card) => {
      const { id } = await placed(ada, sku)
      const { status, body } = await pay(ada, id, card)
      expect([status, body.status]).toEqual([201, 'failed'])
      expect(body.failureCode).toMatch(/^[a-z_]+$/)
      expect((await ada.call(`/v1/orders/${id}`)).body).toMatchObject({
        status: 'pending',
        paymentStatus: 'unpaid',
      })
    },
  )

  it('with a slow card succeeds', async () => {
    const { id } = await placed(ada, sku)
    const { status, body } = await pay(ada, id, 'tok_slow')
    expect(status).toBe(201)
    await paymentBecomes(ada, body.id, { status: 'succeeded' })
    await orderBecomes(ada, id, { status: 'processing' })
  })

  it('that is asked for again while one needs confirmation replaces that one', async () => {
    const { id } = await placed(ada, sku)
    const { body: first } = await pay(ada, id, 'tok_3ds')
    expect(first.status).toBe('requires_action')
    const second = await pay(ada, id)
    expect(second).toMatchObject({ status: 201, body: { status: 'succeeded' } })
    await paymentBecomes(ada, first.id, { status: 'voided' })
    expectProblem(await ada.call(`/v1/payments/${first.id}/confirm`, { body: {} }), 409)
    await orderBecomes(ada, id, { status: 'processing', paymentStatus: 'paid' })
  })

  it('is confirmed once, with a body or without', async () => {
    const { id } = await placed(ada, sku)
    const { body } = await pay(ada, id, 'tok_3ds')
    const path = `/v1/payments/${body.id}/confirm`
    const confirmed = await ada.call(path, { method: 'POST' })
    expect(confirmed).toMatchObject({ status: 200, body: { id: body.id, status: 'succeeded' } })
    const again = await ada.call(path, { body: {} })
    if (again.status === 200) expect(again.body).toEqual(confirmed.body)
    else expectProblem(again, 409)
    const { order: paid, payment } = await bought(ada, sku)
    expectProblem(await pay(ada, paid.id), 409)
    const needless = await ada.call(`/v1/payments/${payment.id}/confirm`, { body: {} })
    if (needless.status !== 200) expectProblem(needless, 409)
  })

  it('is one, however many cards are tried at once', async () => {
    const { id } = await placed(ada, sku)
    const cards = ['tok_ok', 'tok_3ds', 'tok_no_answer', 'tok_ok', 'tok_slow', 'tok_ok']
    const answers = await Promise.all(cards.map((card) => pay(ada, id, card)))
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 409)
    await eventually(
      async () => {
        const statuses = await Promise.all(
          answers
            .filter(({ status }) => status === 201)
            .map(async ({ body }) => (await ada.call(`/v1/payments/${body.id}`)).body['status']),
        )
        expect(statuses).not.toContain('processing')
        const captured = statuses.filter((status) => status === 'succeeded')
        expect(captured.length).toBeLessThanOrEqual(1)
        if (captured.length === 1) {
          expect((await ada.call(`/v1/orders/${id}`)).body['status']).toBe('processing')
        }
      },
      { timeoutMs: 60_000 },
    )
  })
})

describe.concurrent('a refund', () => {
  const refund = (id: string, body: unknown, headers = idempotencyKey(), by = shop.staff) =>
    by.call<Record<string, unknown>>(`/v1/payments/${id}/refunds`, { body, headers })

  it('in full is answered in the agreed form, and once per key', async () => {
    const { order: paid, payment } = await bought(ada, sku, 2)
    const headers = idempotencyKey()
    const first = await refund(payment.id, { reason: 'broken' }, headers)
    expect(first).toMatchObject({ status: 201 })
    expect(first.body).toEqual({
      id: expect.stringMatching(/^ref_[0-9A-HJKMNP-TV-Z]{26}$/),
      paymentId: payment.id,
      amount: usd(3998),
      status: expect.stringMatching(/^(processing|succeeded)$/),
    })
    const again = await refund(payment.id, { reason: 'broken' }, headers)
    expect([again.status, again.body['id']]).toEqual([201, first.body['id']])
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expectProblem(await refund(payment.id, { reason: 'another' }, headers), 422)
    expectProblem(await refund(payment.id, { reason: 'broken' }), 422)
    await orderBecomes(ada, paid.id, { paymentStatus: 'refunded', status: 'processing' })
    expect((await ada.call(`/v1/payments/${payment.id}`)).body).toMatchObject({
      status: 'refunded',
      refundedAmount: usd(3998),
    })
  })

  it('of nothing, of parts of cents, in another currency or of too much is refused', async () => {
    const { payment } = await bought(ada, sku)
    const amounts: [unknown, number[]][] = [
      [usd(0), [400]],
      [usd(-1), [400]],
      [usd(0.5), [400]],
      [usd(1e308), [400]],
      [usd(2 ** 53), [400]],
      [{ amountMinor: 100, currency: 'EUR' }, [400, 422]],
      [{ amountMinor: 100 }, [400]],
      [100, [400]],
      [usd(2000), [422]],
    ]
    await forEachAtOnce(amounts, async ([amount, statuses]) => {
      expectProblem(await refund(payment.id, { amount, reason: 'x' }), statuses)
    })
    const tooMuch = await refund(payment.id, { amount: usd(2000), reason: 'x' })
    expect(codeOf(tooMuch)).toBe('refund_exceeds_captured')
    expect((await ada.call(`/v1/payments/${payment.id}`)).body).toMatchObject({
      status: 'succeeded',
      refundedAmount: usd(0),
    })
  })

  it('of a payment that was never captured is refused', async () => {
    const { id } = await placed(ada, sku)
    const { body: declined } = await pay(ada, id, 'tok_declined')
    const { body: waiting } = await pay(ada, id, 'tok_3ds')
    for (const payment of [declined, waiting]) {
      expectProblem(await refund(payment.id, { reason: 'x' }), [409, 422])
    }
  })

  it('in many parts at once never exceeds what was captured', async () => {
    const { order: paid, payment } = await bought(ada, sku)
    const parts = Array.from({ length: 12 }, () => ({ amount: usd(500), reason: 'part' }))
    const answers = await Promise.all(parts.map((part) => refund(payment.id, part)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 422)
    await paymentBecomes(ada, payment.id, { refundedAmount: { amountMinor: 1500 } })
    await orderBecomes(ada, paid.id, { paymentStatus: 'partially_refunded' })
    expect(await refund(payment.id, { reason: 'the rest' })).toMatchObject({
      status: 201,
      body: { amount: usd(499) },
    })
    await orderBecomes(ada, paid.id, { paymentStatus: 'refunded' })
  })
})

it('none of it was an error to any Worker', () => {
  expect(errorsSince(system, logsBefore)).toEqual([])
})
