import { guard } from '@kiosk/kit/commit'
import { newEvent } from '@kiosk/kit/events'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { mayCeaseToBeAdmin } from '../domain/user.ts'
import { countOtherAdmins, eraseUser } from '../store/user-store.ts'
import { currentUser } from './current-user.ts'
import { retryStale } from './retry-stale.ts'

/**
 * Erases an account and ends its sessions. The id stays, so that orders still name it.
 * @throws ProblemError conflict for the last admin.
 */
export async function deleteAccount(deps: Deps, userId: string): Promise<void> {
  await retryStale(async () => {
    const user = await currentUser(deps, userId)
    if (!mayCeaseToBeAdmin(user, await countOtherAdmins(deps.db, user.id))) {
      throw new ProblemError('conflict', 'The last admin cannot be deleted')
    }
    const [erase, ...rest] = eraseUser(deps.db, user, deps.now())
    const deleted = newEvent('user.deleted', {
      subject: user.id,
      aggregateversion: user.version + 1,
      data: { userId: user.id },
    })
    return deps.commit([erase, guard(deps.db), ...rest], [deleted])
  })
}
