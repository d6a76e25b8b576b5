import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, startSystem, type System } from './harness.ts'
import { codeOf, errorsSince, expectProblem, forEachAtOnce } from './problems.ts'
import {
  bought,
  idempotencyKey,
  instant,
  orderBecomes,
  pay,
  paymentBecomes,
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
