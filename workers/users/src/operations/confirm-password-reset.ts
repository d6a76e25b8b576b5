import { guard } from '@kiosk/kit/commit'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { sha256 } from '../security/opaque-token.ts'
import { hashPassword } from '../security/password-hash.ts'
import { findResettableUser, spendReset, spendResetsOf } from '../store/reset-store.ts'
import { revokeSessionsOf } from '../store/session-store.ts'
import { findAccountById, updatePassword } from '../store/user-store.ts'
import { retryStale } from './retry-stale.ts'

/**
 * Sets a new password with a mailed token, ends every session, and unlocks the account.
 * @throws ProblemError invalid_reset_token
 */
export async function confirmPasswordReset(
  deps: Deps,
  input: { readonly token: string; readonly password: string },
): Promise<void> {
  const tokenHash = await sha256(input.token)
  const userId = await findResettableUser(deps.db, tokenHash, deps.now())
  if (userId === undefined) throw new ProblemError('invalid_reset_token')
  const to = await hashPassword(input.password, deps.config.SCRYPT_COST)
  const email = await retryStale(async () => {
    const now = deps.now()
    const account = await findAccountById(deps.db, userId)
    const isUsable = (await findResettableUser(deps.db, tokenHash, now)) !== undefined
    if (account === undefined || !isUsable) throw new ProblemError('invalid_reset_token')
    const outcome = await deps.commit([
      spendReset(deps.db, tokenHash, now),
      guard(deps.db),
      updatePassword(deps.db, userId, { from: account.passwordHash, to }),
      guard(deps.db),
      spendResetsOf(deps.db, userId, now),
      revokeSessionsOf(deps.db, userId, now),
    ])
    return outcome === 'committed' ? account.user.email : 'stale'
  })
  const loginGuard = await deps.guardOf(email)
  await loginGuard.clear()
}
