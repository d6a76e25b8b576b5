import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { hashOfNobody, verifyPassword } from '../security/password-hash.ts'

/**
 * Whether a password is the one of an account. Where there is no account (no hash) the same work is
 * done and the same failures are counted, so that nothing tells.
 * @throws ProblemError too_many_requests when the account is locked.
 */
export async function provePassword(
  deps: Deps,
  email: string,
  password: string,
  passwordHash: string | undefined,
): Promise<boolean> {
  const hash = passwordHash ?? hashOfNobody(deps.config.SCRYPT_COST)
  const guard = await deps.guardOf(email)
  const attempt = await guard.attempt(async () => {
    const isRight = await verifyPassword(password, hash)
    return isRight && passwordHash !== undefined
  })
  if (attempt.outcome === 'locked') {
    throw new ProblemError('too_many_requests', 'Too many failed attempts: try again later', {
      retryAfterSeconds: Math.ceil(attempt.retryAfterMs / 1000),
    })
  }
  return attempt.outcome === 'passed'
}
