import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from '../stage.ts'
import { orderEnds } from './endings.ts'
import { ENOUGH, type Journey } from './journey.ts'

const CANCELLED = ['cancelled (customer) unpaid', 'cancelled (customer) refunded']

/** The bank takes its time, and the customer does not wait for it. */
export const cancelWhilePaying: Journey = {
  name: 'cancel while paying',
  hold: 'long',
  units: [ENOUGH],
  play: async (stage) => {
    const order = await stage.order()
    if (order === null) return
    const paying = stage.pay(order.id, 'tok_slow')
    await Promise.all([paying, cancelOnceBegun(stage, order.id)])
  },
  ends: (facts) => orderEnds(facts, CANCELLED),
}

async function cancelOnceBegun(stage: Stage, orderId: string): Promise<void> {
  const begun = `select 1 as x from payments where order_id = '${orderId}'`
  await stage.until('payments', begun, 3_000)
  await stage.cancel(orderId)
}

/** How long before the end of the hold somebody starts to pay: less than the bank takes. */
const LEAD_MS = 400

/** The hold ends while the bank thinks. Who is faster decides: either outcome is whole. */
export const expiryWhilePaying: Journey = {
  name: 'expiry while paying',
  hold: 'short',
  units: [ENOUGH],
  play: async (stage) => {
    const order = await stage.order()
    if (order === null) return
    await sleep(Math.max(0, order.expiresAt - Date.now() - LEAD_MS))
    await stage.pay(order.id, 'tok_slow')
  },
  ends: (facts) =>
    orderEnds(facts, [
      'cancelled (expired) unpaid',
      'cancelled (expired) refunded',
      'processing paid',
    ]),
}
