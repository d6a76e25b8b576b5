import { isUniqueViolation } from '@kiosk/kit/commit'
import { newId } from '@kiosk/kit/ids'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { openAccount } from '../domain/user.ts'
import { hashPassword } from '../security/password-hash.ts'
import { insertSession } from '../store/session-store.ts'
import { findUserByEmail, insertUser } from '../store/user-store.ts'
import { ensureAdmin } from './ensure-admin.ts'
import { makeTokens, type SignedIn } from './session-tokens.ts'
import { userRegistered } from './user-events.ts'

interface Registration {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly locale: string
}

/**
 * Opens a customer account and its first session.
 * @throws ProblemError email_taken
 */
export async function register(deps: Deps, input: Registration): Promise<SignedIn> {
  const { email, name, locale } = input
  // Otherwise whoever registers the configured address first would be taken for the first admin.
  await ensureAdmin(deps, email)
  if ((await findUserByEmail(deps.db, email)) !== undefined) throw new ProblemError('email_taken')
  const passwordHash = await hashPassword(input.password, deps.config.SCRYPT_COST)
  const now = deps.now()
  const user = openAccount({ id: newId('user'), email, name, locale, role: 'customer' }, now)
  const { signedIn, tokenHash } = await makeTokens(deps, user)
  const expiresAt = now + deps.config.REFRESH_TTL_MS
  const session = { id: newId('session'), userId: user.id, createdAt: now, expiresAt }
  try {
    await deps.commit(
      [...insertUser(deps.db, user, passwordHash), ...insertSession(deps.db, session, tokenHash)],
      [userRegistered(user)],
    )
  } catch (error) {
    if (isUniqueViolation(error, 'users.email')) throw new ProblemError('email_taken')
    throw error
  }
  return signedIn
}
