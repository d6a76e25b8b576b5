import { randomUUID } from 'node:crypto'
import { type DeadLetterView } from '@kiosk/contracts/http/ops'
import { newEvent } from '@kiosk/kit/events'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, startSystem, type System } from './harness.ts'
import { mailArrives, mailsAbout, orderBecomes, pay, type Person, placed, Shop } from './shop.ts'

/** Nine attempts a second apart, the dead-letter queue, and all of it again after a replay. */
const TWO_LIVES = 240_000
const ONE_LIFE = { timeoutMs: 90_000 }

interface Bindings {
  DB: D1Database
  QUEUE_ORDERS: Queue
  QUEUE_NOTIFICATIONS: Queue
}

let system: System
let shop: Shop

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
})

function bindings(worker: 'orders' | 'notifications'): Promise<Bindings> {
  return system.worker<Bindings>(worker).getEnv()
}

async function letters(query: Record<string, string>): Promise<DeadLetterView[]> {
  const search = new URLSearchParams({ limit: '100', ...query })
  const path = `/v1/ops/dead-letters?${search.toString()}`
  const answer = await shop.admin.call<{ items: DeadLetterView[] }>(path)
  expect(answer.status).toBe(200)
  return answer.body.items
}

/** The letter whose event mentions something, once it is listed. */
function letterAbout(text: string, query: Record<string, string> = {}): Promise<DeadLetterView> {
  return eventually(async () => {
    const about = (await letters(query)).filter(({ event }) => JSON.stringify(event).includes(text))
    expect(about).toHaveLength(1)
    return about[0] as DeadLetterView
  }, ONE_LIFE)
}

async function replay(id: string): Promise<DeadLetterView> {
  const path = `/v1/ops/dead-letters/${id}/replay`
  const answer = await shop.admin.call<DeadLetterView>(path, { method: 'POST' })
  expect(answer.status).toBe(200)
  return answer.body
}

/** What orders says when an order was delivered; it makes one mail. */
function delivered(person: Person, orderId: string) {
  const total = { amountMinor: 1999, currency: 'USD' }
  return newEvent('order.delivered', {
    subject: orderId,
    aggregateversion: 9,
    data: {
      orderId,
      number: 'XXXXX-XXXXX',
      customerId: person.id,
      reservationId: orderId.replace('ord', 'rsv'),
      lines: [],
      total,
      shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
    },
  })
}

/** When a mail was written, as its reader sees it. */
async function mailedAt(person: Person, orderId: string, template: string): Promise<string> {
  const { body } = await person.call<{ items: Record<string, string>[] }>('/v1/notifications')
  const mail = body.items.find(
    (item) => item['orderId'] === orderId && item['template'] === template,
  )
  return mail?.['createdAt'] ?? expect.fail('there is no such mail')
}

// Both mostly wait for the same retries, so they wait together.
describe.concurrent('poisoned messages', { timeout: TWO_LIVES }, () => {
  it('do not hold up their neighbours, are kept, and can be replayed', async () => {
    const ada = await shop.customer()
    const sku = await shop.sku(2)
    const [first, last] = [await placed(ada, sku), await placed(ada, sku)]
    const mark = randomUUID()
    const poison = [
      `gibberish ${mark} text`,
      { id: `evt_${mark}`, type: 'order.vanished' },
      { ...delivered(ada, first.id), subject: `${mark} version`, dataversion: 99 },
    ]
    const { QUEUE_NOTIFICATIONS } = await bindings('notifications')
    const bodies = [delivered(ada, first.id), ...poison, delivered(ada, last.id)]
    await QUEUE_NOTIFICATIONS.sendBatch(bodies.map((body) => ({ body })))

    for (const { id } of [first, last]) await mailArrives(ada, id, 'order_delivered')
    const dead = [
      await letterAbout(`${mark} text`, { service: 'notifications', type: 'unknown' }),
      await letterAbout(`evt_${mark}`, { type: 'order.vanished' }),
      await letterAbout(`${mark} version`, { type: 'order.delivered' }),
    ]
    for (const { id } of [first, last]) {
      const at = await mailedAt(ada, id, 'order_delivered')
      for (const { deadAt } of dead) expect(at < deadAt).toBe(true)
    }
    for (const letter of dead) {
      expect(letter).toMatchObject({
        service: 'notifications',
        attempts: 9,
        error: { message: expect.any(String) },
        history: [{ what: 'died', attempts: 9 }],
      })
      expect(letter.firstFailedAt < letter.lastFailedAt).toBe(true)
    }

    // Nothing has changed that would make it an event: it dies again, and is the same letter.
    const [{ id }] = dead as [DeadLetterView]
    expect(await replay(id)).toMatchObject({ replays: 1 })
    expect(await letterAbout(`${mark} text`)).toMatchObject({
      id,
      replays: 1,
      history: [{ what: 'died' }, { what: 'replayed', by: shop.admin.id }, { what: 'died' }],
    })
  })
})

describe.concurrent('a dead letter whose cause is repaired', { timeout: 2 * TWO_LIVES }, () => {
  it('takes effect exactly once, however it is sent again', async () => {
    const sku = await shop.sku(10)
    const ada = await shop.customer()
    const orders = [await placed(ada, sku), await placed(ada, sku), await placed(ada, sku)]
    const { DB, QUEUE_ORDERS } = await bindings('orders')
    await DB.exec(
      `CREATE TRIGGER broken BEFORE UPDATE ON orders WHEN NEW.customer_id = '${ada.id}' ` +
        `BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END`,
    )
    const query = { service: 'orders', type: 'payment.succeeded' }
    const ids: string[] = []
    try {
      for (const { id } of orders) expect((await pay(ada, id)).body.status).toBe('succeeded')
      for (const { id } of orders) ids.push((await letterAbout(id, query)).id)
      // The cause is still there: the replay dies too, and re-opens the letter.
      await replay(ids[0] ?? '')
      expect((await letters(query)).map(({ id }) => id)).not.toContain(ids[0])
      const again = await letterAbout(orders[0]?.id ?? '', query)
      expect(again.id).toBe(ids[0])
      expect(JSON.stringify(again.error)).toContain('broken on purpose')
      expect(again.history.map(({ what }) => what)).toEqual(['died', 'replayed', 'died'])
    } finally {
      await DB.exec('DROP TRIGGER broken')
    }

    // One took effect by another way meanwhile; of one, duplicates are on their way; all are replayed twice.
    const [, duplicated, early] = await Promise.all(orders.map(({ id }) => letterAbout(id, query)))
    await QUEUE_ORDERS.send(early?.event)
    await orderBecomes(ada, orders[2]?.id ?? '', { status: 'processing' })
    await QUEUE_ORDERS.sendBatch([{ body: duplicated?.event }, { body: duplicated?.event }])
    const replayAll = () =>
      shop.admin.call('/v1/ops/dead-letters/replay', { body: { type: 'payment.succeeded' } })
    const [all] = await Promise.all([replayAll(), replayAll(), replay(ids[1] ?? '')])
    expect(all).toMatchObject({ status: 202, body: { replayed: expect.any(Number), remaining: 0 } })

    for (const { id } of orders) {
      await orderBecomes(ada, id, { status: 'processing', paymentStatus: 'paid' })
      await mailArrives(ada, id, 'order_confirmed')
    }
    expect(await shop.stock(sku)).toMatchObject({ onHand: 7, reserved: 0 })
    // Something said afterwards arrives after what was sent again.
    for (const { id } of orders) await shop.ship(id)
    for (const { id } of orders) {
      await mailArrives(ada, id, 'order_shipped')
      const mails = await mailsAbout(ada, id)
      expect(mails.filter((template) => template === 'order_confirmed')).toHaveLength(1)
    }
    const open = await letters(query)
    expect(open.filter(({ id }) => ids.includes(id))).toEqual([])
    const closed = await letters({ ...query, state: 'replayed' })
    const mine = closed.filter(({ id }) => ids.includes(id))
    expect(mine).toHaveLength(3)
    for (const { history } of mine) {
      expect(history.at(-1)).toMatchObject({ what: 'replayed', by: shop.admin.id })
    }
  })
})

it('lists nothing for a type that nobody said, and replays nothing', async () => {
  expect(await letters({ type: 'no.such' })).toEqual([])
  const answer = await shop.admin.call('/v1/ops/dead-letters/replay', { body: { type: 'no.such' } })
  expect(answer).toMatchObject({ status: 202, body: { replayed: 0, remaining: 0 } })
})
