import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, startSystem } from './harness.ts'
import {
  bought,
  mailArrives,
  mailsAbout,
  order,
  orderBecomes,
  pay,
  paymentBecomes,
  placed,
  Shop,
} from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await Shop.open(await startSystem())
})

describe('an order', () => {
  it('goes from the shelf to the door, and says so at every step', async () => {
    const sku = await shop.sku(5)
    const ada = await shop.customer()
    const { order: confirmed, payment } = await bought(ada, sku, 2)
    expect(confirmed).toMatchObject({
      paymentStatus: 'paid',
      total: { amountMinor: 3998, currency: 'USD' },
    })
    expect(await shop.stock(sku)).toMatchObject({ onHand: 3, reserved: 0, available: 3 })
    await mailArrives(ada, confirmed.id, 'order_confirmed')
    await mailArrives(ada, confirmed.id, 'payment_succeeded')

    await shop.ship(confirmed.id)
    await mailArrives(ada, confirmed.id, 'order_shipped')
    await shop.move(confirmed.id, { status: 'delivered' })
    await mailArrives(ada, confirmed.id, 'order_delivered')

    expect(await shop.refund(payment.id)).toMatchObject({ status: 201 })
    await orderBecomes(ada, confirmed.id, { status: 'delivered', paymentStatus: 'refunded' })
    await mailArrives(ada, confirmed.id, 'payment_refunded')

    const { body } = await ada.call<{ items: { type: string }[] }>(
      `/v1/orders/${confirmed.id}/timeline`,
    )
    expect(body.items.map(({ type }) => type)).toEqual([
      'order.placed',
      'order.confirmed',
      'order.shipped',
      'order.delivered',
      'payment.refunded',
    ])
    const mails = await mailsAbout(ada, confirmed.id)
    expect(mails.filter((template) => template === 'order_confirmed')).toHaveLength(1)
  })

  it('is seen in the catalog’s stock', async () => {
    const sku = await shop.sku(5)
    const ada = await shop.customer()
    await bought(ada, sku, 2)
    await eventually(async () => {
      const { body } = await ada.call<{ items: unknown[] }>(`/v1/products?q=${sku}`)
      expect(body.items).toMatchObject([{ variants: [{ sku, stock: { available: 3 } }] }])
    })
  })

  it('of more than there is names the shortage, and holds nothing', async () => {
    const [plenty, few] = [await shop.sku(100), await shop.sku(1)]
    const ada = await shop.customer()
    const answer = await order(ada, [
      { sku: plenty, quantity: 1 },
      { sku: few, quantity: 2 },
    ])
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'insufficient_stock',
        shortages: [{ sku: few, requested: 2, available: 1 }],
      },
    })
    expect(await shop.stock(plenty)).toMatchObject({ reserved: 0 })
    expect((await ada.call('/v1/orders')).body).toMatchObject({ items: [] })
  })

  it('placed twice under one key is one order', async () => {
    const sku = await shop.sku(5)
    const ada = await shop.customer()
    const key = { 'idempotency-key': 'double-click' }
    const lines = [{ sku, quantity: 1 }]
    const answers = await Promise.all([1, 2, 3].map(() => order(ada, lines, key)))
    const settled = await order(ada, lines, key)
    expect(settled).toMatchObject({ status: 201 })
    const ids = new Set(
      [...answers, settled].flatMap(({ status, body }) => (status === 201 ? [body.id] : [])),
    )
    expect(ids.size).toBe(1)
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
    expect(await shop.stock(sku)).toMatchObject({ reserved: 1 })
  })
})

describe('paying', () => {
  it('after a declined card works with another one', async () => {
    const ada = await shop.customer()
    const { id } = await placed(ada, await shop.sku(1))
    const declined = await pay(ada, id, 'tok_declined')
    expect(declined).toMatchObject({ status: 201, body: { status: 'failed' } })
    await mailArrives(ada, id, 'payment_failed')
    expect(await pay(ada, id)).toMatchObject({ status: 201, body: { status: 'succeeded' } })
    await orderBecomes(ada, id, { status: 'processing' })
  })

  it('with 3-D Secure waits for the confirmation', async () => {
    const ada = await shop.customer()
    const { id } = await placed(ada, await shop.sku(1))
    const { body: payment } = await pay(ada, id, 'tok_3ds')
    expect(payment.status).toBe('requires_action')
    const confirmed = await ada.call(`/v1/payments/${payment.id}/confirm`, { body: {} })
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'succeeded' } })
    await orderBecomes(ada, id, { status: 'processing' })
  })

  it('whose answer is lost is found by reconciliation, and charged once', async () => {
    const ada = await shop.customer()
    const { id } = await placed(ada, await shop.sku(1))
    const { body: payment } = await pay(ada, id, 'tok_no_answer')
    expect(payment.status).toBe('processing')
    await paymentBecomes(ada, payment.id, { status: 'succeeded' })
    await orderBecomes(ada, id, { status: 'processing', paymentStatus: 'paid' })
  })

  it('twice at once charges once', async () => {
    const ada = await shop.customer()
    const { id } = await placed(ada, await shop.sku(1))
    const answers = await Promise.all([pay(ada, id), pay(ada, id)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
    // What the second is told depends on how far the first has come.
    const refused = answers.find(({ status }) => status === 409)
    expect(['payment_in_progress', 'order_not_payable']).toContain(refused?.body.code)
  })

  it('twice under one key is one payment', async () => {
    const ada = await shop.customer()
    const { id } = await placed(ada, await shop.sku(1))
    const key = { 'idempotency-key': 'pay-once' }
    const first = await pay(ada, id, 'tok_ok', key)
    const second = await pay(ada, id, 'tok_ok', key)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
  })

  it('another customer’s order is a 404', async () => {
    const [ada, eve] = [await shop.customer(), await shop.customer()]
    const { id } = await placed(ada, await shop.sku(1))
    expect(await pay(eve, id)).toMatchObject({ status: 404 })
  })

  it('a cancelled order is refused', async () => {
    const ada = await shop.customer()
    const { id } = await placed(ada, await shop.sku(1))
    await ada.call(`/v1/orders/${id}/cancel`, { body: {} })
    expect(await pay(ada, id)).toMatchObject({ status: 409, body: { code: 'order_not_payable' } })
  })
})

describe('cancelling', () => {
  it('an unpaid order gives its stock back', async () => {
    const sku = await shop.sku(1)
    const ada = await shop.customer()
    const { id } = await placed(ada, sku)
    expect(await shop.stock(sku)).toMatchObject({ available: 0 })
    await ada.call(`/v1/orders/${id}/cancel`, { body: { reason: 'too slow' } })
    await eventually(async () =>
      expect(await shop.stock(sku)).toMatchObject({ onHand: 1, reserved: 0 }),
    )
    await mailArrives(ada, id, 'order_cancelled')
  })

  it('a paid order returns its stock and refunds it in full', async () => {
    const sku = await shop.sku(1)
    const ada = await shop.customer()
    const { order: paid, payment } = await bought(ada, sku)
    await ada.call(`/v1/orders/${paid.id}/cancel`, { body: {} })
    await orderBecomes(ada, paid.id, { status: 'cancelled', paymentStatus: 'refunded' })
    await paymentBecomes(ada, payment.id, { status: 'refunded' })
    await eventually(async () =>
      expect(await shop.stock(sku)).toMatchObject({ onHand: 1, reserved: 0 }),
    )
  })

  it('while a card is asked for confirmation voids the payment', async () => {
    const ada = await shop.customer()
    const { id } = await placed(ada, await shop.sku(1))
    const { body: payment } = await pay(ada, id, 'tok_3ds')
    await ada.call(`/v1/orders/${id}/cancel`, { body: {} })
    await paymentBecomes(ada, payment.id, { status: 'voided' })
    const late = await ada.call(`/v1/payments/${payment.id}/confirm`, { body: {} })
    expect(late.status).toBe(409)
  })

  it('while the provider has not answered refunds what turns out to be charged', async () => {
    const ada = await shop.customer()
    const { id } = await placed(ada, await shop.sku(1))
    const { body: payment } = await pay(ada, id, 'tok_no_answer')
    await ada.call(`/v1/orders/${id}/cancel`, { body: {} })
    await paymentBecomes(ada, payment.id, { status: 'refunded' })
    await orderBecomes(ada, id, { status: 'cancelled', paymentStatus: 'refunded' })
  })

  it('a shipped order is refused', async () => {
    const ada = await shop.customer()
    const { order: paid } = await bought(ada, await shop.sku(1))
    await shop.ship(paid.id)
    const answer = await ada.call(`/v1/orders/${paid.id}/cancel`, { body: {} })
    expect(answer).toMatchObject({ status: 409, body: { code: 'illegal_transition' } })
  })
})

describe('refunds', () => {
  it('in parts never exceed what was captured', async () => {
    const ada = await shop.customer()
    const { order: paid, payment } = await bought(ada, await shop.sku(1))
    expect(await shop.refund(payment.id, 1000)).toMatchObject({ status: 201 })
    await orderBecomes(ada, paid.id, { paymentStatus: 'partially_refunded', status: 'processing' })
    const both = await Promise.all([shop.refund(payment.id, 999), shop.refund(payment.id, 999)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 422])
    await orderBecomes(ada, paid.id, { paymentStatus: 'refunded' })
  })
})
