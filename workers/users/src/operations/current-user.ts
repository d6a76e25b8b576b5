import { hasAccess, type Role } from '@kiosk/contracts/primitives/role'
import type { Principal } from '@kiosk/kit/auth'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import type { User } from '../domain/user.ts'
import { findUser } from '../store/user-store.ts'

/**
 * The account that a token speaks for, as it is now: a token outlives a deletion and a change of role.
 * @throws ProblemError unauthorized when it is gone.
 */
export async function currentUser(deps: Deps, userId: string): Promise<User> {
  const user = await findUser(deps.db, userId)
  if (user === undefined) throw new ProblemError('unauthorized', 'The account no longer exists')
  return user
}

/**
 * Makes sure that somebody still has the rights that their token says.
 * @throws ProblemError forbidden when the role was taken away.
 */
export async function assertStill(deps: Deps, principal: Principal, role: Role): Promise<void> {
  const user = await currentUser(deps, principal.id)
  if (!hasAccess(user.role, role)) throw new ProblemError('forbidden')
}
