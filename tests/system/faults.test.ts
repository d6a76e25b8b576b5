import { newEvent } from '@kiosk/kit/events'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, startSystem, type System } from './harness.ts'
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

/** Long enough to pay in, short enough to wait for. */
const HOLD_MS = 2_500

interface Databases {
  DB: D1Database
}

let system: System
let shop: Shop

beforeAll(async () => {
  system = await startSystem({
    ORDER_HOLD_MS: String(HOLD_MS),
    PAYMENT_HOLD_MS: '0',
    CLAIM_LEASE_MS: '500',
  })
  shop = await Shop.open(system)
})

async function database(name: 'orders' | 'payments' | 'notifications'): Promise<D1Database> {
  const { DB } = await system.worker<Databases>(name).getEnv()
  return DB
}

/** Makes a write fail while something happens, as a database that is away would. */
async function whileFailing<T>(
  name: 'orders' | 'payments' | 'notifications',
  [event, condition]: readonly [string, string],
  work: () => Promise<T>,
): Promise<T> {
  const db = await database(name)
  await db.exec(
    `CREATE TRIGGER fault BEFORE ${event} WHEN ${condition} BEGIN SELECT RAISE(ABORT, 'fault'); END`,
  )
  try {
    return await work()
  } finally {
    await db.exec('DROP TRIGGER fault')
  }
}

describe('an order that fails half-way', () => {
  it('after the stock was reserved leaves no order, and its stock is free at the deadline', async () => {
    const sku = await shop.sku(1)
    const ada = await shop.customer()
    const failed = await whileFailing(
      'orders',
      ['INSERT ON orders', `NEW.customer_id = '${ada.id}'`],
      () => order(ada, [{ sku, quantity: 1 }]),
    )
    expect(failed.status).toBeGreaterThanOrEqual(500)
    expect(await shop.stock(sku)).toMatchObject({ available: 0 })
    await eventually(async () => expect(await shop.stock(sku)).toMatchObject({ reserved: 0 }))
    expect((await ada.call('/v1/orders')).body).toMatchObject({ items: [] })
  })

  it('is finished by asking again under the same key', async () => {
    const sku = await shop.sku(2)
    const ada = await shop.customer()
    const key = { 'idempotency-key': 'again' }
    await whileFailing('orders', ['INSERT ON orders', `NEW.customer_id = '${ada.id}'`], () =>
      order(ada, [{ sku, quantity: 1 }], key),
    )
    const again = await order(ada, [{ sku, quantity: 1 }], key)
    expect(again).toMatchObject({ status: 201, body: { status: 'pending' } })
  })

  it('before its event was published: the relay’s alarm sends it', async () => {
    const ada = await shop.customer()
    const db = await database('orders')
    const { id } = await placed(ada, await shop.sku(1))
    // As it would be found after a crash: committed, unpublished, and nobody told the relay.
    const event = newEvent('order.delivered', {
      subject: id,
      aggregateversion: 9,
      data: {
        orderId: id,
        number: 'XXXXX-XXXXX',
        customerId: ada.id,
        reservationId: id.replace('ord', 'rsv'),
        lines: [],
        total: { amountMinor: 0, currency: 'USD' },
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
      },
    })
    await db
      .prepare('insert into outbox (seq, event) values ((select max(seq) + 1 from outbox), ?)')
      .bind(JSON.stringify(event))
      .run()
    await mailArrives(ada, id, 'order_delivered')
  })
})

describe('a customer who never pays', () => {
  it('loses the order, and the stock is free for others', async () => {
    const sku = await shop.sku(1)
    const ada = await shop.customer()
    const { id } = await placed(ada, sku)
    await orderBecomes(ada, id, { status: 'cancelled', cancelReason: 'expired' })
    await mailArrives(ada, id, 'order_cancelled')
    expect(await shop.stock(sku)).toMatchObject({ onHand: 1, reserved: 0 })
    expect(await pay(ada, id)).toMatchObject({ status: 409, body: { code: 'order_not_payable' } })
  })
})

describe('a message', () => {
  it('that comes twice has one effect', async () => {
    const ada = await shop.customer()
    const sku = await shop.sku(3)
    const { order: paid } = await bought(ada, sku)
    await mailArrives(ada, paid.id, 'order_confirmed')
    const before = await mailsAbout(ada, paid.id)
    const since = new Date(Date.now() - 60_000).toISOString()
    const again = await shop.admin.call('/v1/ops/republish', { body: { since } })
    expect(again.status).toBe(202)
    expect(again.body['republished']).toBeGreaterThan(0)
    // Something said afterwards arrives after what was said again.
    await shop.ship(paid.id)
    await mailArrives(ada, paid.id, 'order_shipped')
    expect(await mailsAbout(ada, paid.id)).toEqual([...before, 'order_shipped'])
    expect(await shop.stock(sku)).toMatchObject({ onHand: 2, reserved: 0 })
  })
})

it('two full refunds at once give the money back once', async () => {
  const ada = await shop.customer()
  const { payment } = await bought(ada, await shop.sku(1))
  const answers = await Promise.all([shop.refund(payment.id), shop.refund(payment.id)])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422])
  await paymentBecomes(ada, payment.id, { status: 'refunded' })
})
