import { guard } from '@kiosk/kit/commit'
import { log } from '@kiosk/kit/log'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { sha256 } from '../security/opaque-token.ts'
import {
  findRefreshToken,
  insertSuccessor,
  revokeSession,
  spendRefreshToken,
} from '../store/session-store.ts'
import { findUser } from '../store/user-store.ts'
import { retryStale } from './retry-stale.ts'
import { makeTokens, type SignedIn } from './session-tokens.ts'

/**
 * Exchanges a refresh token for its successor. A token that was spent before is in two hands, and nobody
 * can tell which is the right one: the session ends for both. That includes the loser of two refreshes
 * at once.
 * @throws ProblemError invalid_refresh_token
 */
export async function refreshSession(deps: Deps, refreshToken: string): Promise<SignedIn> {
  const presented = await sha256(refreshToken)
  return retryStale(async () => {
    const token = await findRefreshToken(deps.db, presented)
    const now = deps.now()
    if (token === undefined || token.revokedAt !== null || token.expiresAt <= now) {
      throw new ProblemError('invalid_refresh_token')
    }
    if (token.spentAt !== null) {
      await revokeSession(deps.db, token.sessionId, now)
      log('warn', 'spent refresh token used again, session revoked', { sessionId: token.sessionId })
      throw new ProblemError('invalid_refresh_token')
    }
    const user = await findUser(deps.db, token.userId)
    if (user === undefined) throw new ProblemError('invalid_refresh_token')
    const { signedIn, tokenHash } = await makeTokens(deps, user)
    const outcome = await deps.commit([
      spendRefreshToken(deps.db, token, now),
      guard(deps.db),
      insertSuccessor(deps.db, token, tokenHash, now),
    ])
    return outcome === 'committed' ? signedIn : 'stale'
  })
}
