import type { ProfileChanges } from '@kiosk/contracts/http/users'
import { guard } from '@kiosk/kit/commit'
import type { Deps } from '../deps.ts'
import { changeProfile, type User } from '../domain/user.ts'
import { updateUser } from '../store/user-store.ts'
import { currentUser } from './current-user.ts'
import { retryStale } from './retry-stale.ts'
import { userUpdated } from './user-events.ts'

/** Changes the profile; says so only if something differs. */
export function updateProfile(deps: Deps, userId: string, changes: ProfileChanges): Promise<User> {
  return retryStale(async () => {
    const user = await currentUser(deps, userId)
    const changed = changeProfile(user, changes, deps.now())
    if (changed === user) return user
    const outcome = await deps.commit(
      [updateUser(deps.db, changed), guard(deps.db)],
      [userUpdated(changed)],
    )
    return outcome === 'committed' ? changed : 'stale'
  })
}
