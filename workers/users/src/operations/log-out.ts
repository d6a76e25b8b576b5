import type { Deps } from '../deps.ts'
import { sha256 } from '../security/opaque-token.ts'
import { findRefreshToken, revokeSession } from '../store/session-store.ts'

/** Ends the session of a refresh token. One that is unknown or spent ends what it can, silently. */
export async function logOut(deps: Deps, refreshToken: string): Promise<void> {
  const token = await findRefreshToken(deps.db, await sha256(refreshToken))
  if (token !== undefined) await revokeSession(deps.db, token.sessionId, deps.now())
}
