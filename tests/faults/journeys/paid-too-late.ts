import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from '../stage.ts'
import { orderEnds } from './endings.ts'
import { ENOUGH, type Journey } from './journey.ts'

/** The hold has ended, but the order does not know, because the queue that tells it is away. Then it is paid. */
async function payTooLate(stage: Stage, whenExpired: (sku: string) => Promise<void>) {
  const [sku = ''] = stage.skus
  await stage.break('inventory', ['QUEUE_ORDERS send reservation.expired'])
  try {
    const order = await stage.order()
    if (order === null) return
    const payment = await stage.pay(order.id, 'tok_3ds')
    await sleep(Math.max(0, order.expiresAt - Date.now() + 50))
    await whenExpired(sku)
    if (payment === null) return
    await stage.confirm(payment.id)
    await stage.until(
      'orders',
      `select 1 as x from orders where id = '${order.id}' and status <> 'pending'`,
      6_000,
    )
  } finally {
    await stage.mendAll()
  }
}

export const paidTooLate: Journey = {
  name: 'paid after expiry, stock left',
  hold: 'short',
  units: [ENOUGH],
  play: (stage) => payTooLate(stage, async () => undefined),
  // A fault can keep the customer from paying at all before the hold ends.
  ends: (facts) => orderEnds(facts, ['processing paid', 'cancelled (expired) unpaid']),
}

export const paidTooLateSoldOut: Journey = {
  name: 'paid after expiry, no stock left',
  hold: 'short',
  units: [1],
  play: (stage) => payTooLate(stage, (sku) => stage.shop.setStock(sku, 0)),
  ends: (facts) =>
    orderEnds(facts, ['cancelled (out_of_stock) refunded', 'cancelled (expired) unpaid']),
}
