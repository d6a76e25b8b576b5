import type { Facts } from '../checks/facts.ts'

/** Whether the orders of a run, oldest first, are as they must be: `processing paid`, for example. */
export function orderEnds(facts: Facts, allowed: readonly string[]): string[] {
  const [order] = facts.orders
  const found = order === undefined ? 'no order' : stateOf(order)
  return allowed.includes(found) ? [] : [`the order is ${found}, not ${allowed.join(' or ')}`]
}

export function stateOf(order: Facts['orders'][number]): string {
  const reason = order.cancel_reason === null ? '' : ` (${order.cancel_reason})`
  return `${order.status}${reason} ${order.payment_status}`
}
