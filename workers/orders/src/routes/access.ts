import { hasAccess } from '@kiosk/contracts/primitives/role'
import type { Principal } from '@kiosk/kit/auth'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import type { Order } from '../domain/order.ts'
import { loadOrder } from '../store/order-store.ts'

/** Customers see their own orders; staff and admin see all. */
export function maySee(principal: Principal, order: Order): boolean {
  return hasAccess(principal.role, 'staff') || order.customerId === principal.id
}

/** An order that the principal may see; any other does not exist as far as they can tell. */
export async function visibleOrder(deps: Deps, principal: Principal, id: string): Promise<Order> {
  const order = await loadOrder(deps.db, id)
  if (order === null || !maySee(principal, order)) throw noSuchOrder(id)
  return order
}

export function noSuchOrder(id: string): ProblemError {
  return new ProblemError('not_found', `There is no order ${id}`)
}
