import { guard } from '@kiosk/kit/commit'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { hashPassword } from '../security/password-hash.ts'
import { spendResetsOf } from '../store/reset-store.ts'
import { revokeSessionsOf } from '../store/session-store.ts'
import { findAccountById, updatePassword } from '../store/user-store.ts'
import { provePassword } from './prove-password.ts'

/**
 * Sets a new password for who knows the current one, and ends every session.
 * @throws ProblemError wrong_password, or too_many_requests as at login: a stolen access token must not be a
 * way to guess.
 */
export async function changePassword(
  deps: Deps,
  userId: string,
  input: { readonly currentPassword: string; readonly newPassword: string },
): Promise<void> {
  const account = await findAccountById(deps.db, userId)
  if (account === undefined) throw new ProblemError('unauthorized', 'The account no longer exists')
  const { user, passwordHash } = account
  const isProved = await provePassword(deps, user.email, input.currentPassword, passwordHash)
  if (!isProved) throw new ProblemError('wrong_password')
  const to = await hashPassword(input.newPassword, deps.config.SCRYPT_COST)
  const now = deps.now()
  const outcome = await deps.commit([
    updatePassword(deps.db, userId, { from: passwordHash, to }),
    guard(deps.db),
    spendResetsOf(deps.db, userId, now),
    revokeSessionsOf(deps.db, userId, now),
  ])
  // Stale: the password was changed meanwhile, so the one given is not current any more.
  if (outcome !== 'committed') throw new ProblemError('wrong_password')
}
