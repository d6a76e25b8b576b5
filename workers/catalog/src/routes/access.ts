import { hasAccess } from '@kiosk/contracts/primitives/role'
import type { Principal } from '@kiosk/kit/auth'

/** Whether somebody who calls a public route may see what is only for staff. */
export function isStaff(principal: Principal | null): boolean {
  return hasAccess(principal?.role ?? null, 'staff')
}
