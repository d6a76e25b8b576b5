import { hasAccess } from '@kiosk/contracts/primitives/role'
import type { Principal } from '@kiosk/kit/auth'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import type { Payment } from '../domain/payment.ts'
import { loadPayment } from '../store/payment-store.ts'

/** Whose orders and payments somebody may see and pay: null stands for everybody's. */
export function customerOf({ id, role }: Principal): string | null {
  return hasAccess(role, 'staff') ? null : id
}

/** A payment that the principal may see; any other does not exist as far as they can tell. */
export async function visiblePayment(
  deps: Deps,
  principal: Principal,
  id: string,
): Promise<Payment> {
  const payment = await loadPayment(deps.db, id)
  const customerId = customerOf(principal)
  if (payment === null || (customerId !== null && payment.customerId !== customerId)) {
    throw new ProblemError('not_found', 'There is no such payment')
  }
  return payment
}
