import { guard, isUniqueViolation } from '@kiosk/kit/commit'
import { newId } from '@kiosk/kit/ids'
import { log } from '@kiosk/kit/log'
import type { Deps } from '../deps.ts'
import { changeRole, isToBePromoted, openAccount } from '../domain/user.ts'
import { hashPassword } from '../security/password-hash.ts'
import { countOtherAdmins, findUserByEmail, insertUser, updateUser } from '../store/user-store.ts'
import { retryStale } from './retry-stale.ts'
import { userRegistered, userUpdated } from './user-events.ts'

/**
 * Makes sure that the admin of the configuration exists. An account that is there already keeps its
 * password, and gets the role only while nobody has it. With an email, does so only if it is the admin's.
 */
export async function ensureAdmin(deps: Deps, onlyFor?: string): Promise<void> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = deps.config
  if (email === '' || password === '' || (onlyFor !== undefined && onlyFor !== email)) return
  await retryStale(async () => {
    const user = await findUserByEmail(deps.db, email)
    if (user === undefined) return createAdmin(deps, email, password)
    const otherAdmins = await countOtherAdmins(deps.db, user.id)
    if (!isToBePromoted(user, otherAdmins)) return 'done'
    const promoted = changeRole(user, 'admin', { actorId: 'system', otherAdmins }, deps.now())
    if (!promoted.ok) return 'done'
    const outcome = await deps.commit(
      [updateUser(deps.db, promoted.value), guard(deps.db)],
      [userUpdated(promoted.value)],
    )
    if (outcome === 'committed') log('warn', 'admin of the configuration promoted')
    return outcome === 'committed' ? 'done' : 'stale'
  })
}

async function createAdmin(deps: Deps, email: string, password: string): Promise<'done' | 'stale'> {
  const input = { id: newId('user'), email, name: 'Admin', locale: 'en', role: 'admin' } as const
  const admin = openAccount(input, deps.now())
  const passwordHash = await hashPassword(password, deps.config.SCRYPT_COST)
  try {
    await deps.commit(insertUser(deps.db, admin, passwordHash), [userRegistered(admin)])
  } catch (error) {
    if (isUniqueViolation(error, 'users.email')) return 'stale'
    throw error
  }
  log('info', 'admin of the configuration created')
  return 'done'
}
