import { guard } from '@kiosk/kit/commit'
import { newId } from '@kiosk/kit/ids'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { hashPassword, needsRehash } from '../security/password-hash.ts'
import { insertSession } from '../store/session-store.ts'
import { findAccountByEmail, updatePassword } from '../store/user-store.ts'
import { ensureAdmin } from './ensure-admin.ts'
import { provePassword } from './prove-password.ts'
import { makeTokens, type SignedIn } from './session-tokens.ts'

/**
 * Opens a session for who knows the password.
 * @throws ProblemError invalid_credentials, the same for a wrong password and an unknown email.
 * @throws ProblemError too_many_requests when the account is locked.
 */
export async function logIn(
  deps: Deps,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<SignedIn> {
  await ensureAdmin(deps, email)
  const account = await findAccountByEmail(deps.db, email)
  const isProved = await provePassword(deps, email, password, account?.passwordHash)
  if (!isProved || account === undefined) throw new ProblemError('invalid_credentials')
  const { user, passwordHash } = account
  const cost = deps.config.SCRYPT_COST
  const to = needsRehash(passwordHash, cost) ? await hashPassword(password, cost) : passwordHash
  const { signedIn, tokenHash } = await makeTokens(deps, user)
  const now = deps.now()
  const expiresAt = now + deps.config.REFRESH_TTL_MS
  const session = { id: newId('session'), userId: user.id, createdAt: now, expiresAt }
  // Stale: the password was changed, or the account deleted, while this one was being checked.
  const outcome = await deps.commit([
    updatePassword(deps.db, user.id, { from: passwordHash, to }),
    guard(deps.db),
    ...insertSession(deps.db, session, tokenHash),
  ])
  if (outcome !== 'committed') throw new ProblemError('invalid_credentials')
  return signedIn
}
