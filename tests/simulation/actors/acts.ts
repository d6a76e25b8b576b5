import type { Random } from '../platform/random.ts'
import type { Act } from './cast.ts'
import * as customers from './customers.ts'
import * as operators from './operators.ts'
import * as staff from './staff.ts'

/** What people do, and how often compared with each other. */
const ACTS = {
  order: [12, customers.order],
  orderTwice: [2, customers.orderTwice],
  pay: [12, customers.pay],
  payTwice: [2, customers.payTwice],
  payAnything: [1, customers.payAnything],
  askAgain: [6, customers.askAgain],
  confirm: [5, customers.confirm],
  cancel: [2, customers.cancel],
  changeStock: [4, staff.changeStock],
  split: [0.7, staff.splitStock],
  ship: [4, staff.shipOrder],
  deliver: [3, staff.deliverOrder],
  cancelByStaff: [1, staff.cancelOrder],
  refund: [3, staff.refund],
  refundAgain: [1, staff.refundAgain],
  reserveForFriends: [1, staff.reserveForFriends],
  settleByHand: [1, staff.settleByHand],
  replay: [1, operators.replay],
  republish: [0.3, operators.republish],
  cron: [0.5, operators.cron],
  tellByWebhook: [2, operators.tellByWebhook],
  register: [1, operators.register],
} as const satisfies Record<string, readonly [number, Act]>

export type ActName = keyof typeof ACTS

const WEIGHTS = Object.fromEntries(
  Object.entries(ACTS).map(([name, [weight]]) => [name, weight]),
) as Record<ActName, number>

export function chooseAct(random: Random): { readonly name: ActName; readonly act: Act } {
  const name = random.weighted(WEIGHTS)
  return { name, act: ACTS[name][1] }
}
