import type { Role } from '@kiosk/contracts/primitives/role'
import type { Principal } from '@kiosk/kit/auth'
import { guard } from '@kiosk/kit/commit'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { changeRole, type RoleRefusal, type User } from '../domain/user.ts'
import { countOtherAdmins, findUser, updateUser } from '../store/user-store.ts'
import { assertStill } from './current-user.ts'
import { retryStale } from './retry-stale.ts'
import { userUpdated } from './user-events.ts'

const REFUSALS: Record<RoleRefusal['code'], string> = {
  own_role: 'Your own role is for another admin to change',
  last_admin: 'There must always be an admin',
}

/**
 * Gives somebody another role.
 * @throws ProblemError not_found; conflict for one's own role and for the last admin.
 */
export function changeUserRole(
  deps: Deps,
  by: Principal,
  input: { readonly userId: string; readonly role: Role },
): Promise<User> {
  return retryStale(async () => {
    await assertStill(deps, by, 'admin')
    const user = await findUser(deps.db, input.userId)
    if (user === undefined) throw new ProblemError('not_found')
    const otherAdmins = await countOtherAdmins(deps.db, user.id)
    const changed = changeRole(user, input.role, { actorId: by.id, otherAdmins }, deps.now())
    if (!changed.ok) throw new ProblemError('conflict', REFUSALS[changed.refusal.code])
    if (changed.value === user) return user
    const outcome = await deps.commit(
      [updateUser(deps.db, changed.value), guard(deps.db)],
      [userUpdated(changed.value)],
    )
    return outcome === 'committed' ? changed.value : 'stale'
  })
}
