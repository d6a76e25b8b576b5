import type { Deps } from '../deps.ts'
import type { User } from '../domain/user.ts'
import { newOpaqueToken } from '../security/opaque-token.ts'

/** What somebody gets who has signed in. */
export interface SignedIn {
  readonly user: User
  readonly accessToken: string
  readonly refreshToken: string
  /** How long the access token lives. */
  readonly expiresInSeconds: number
}

/** Fresh tokens for a user, and the hash by which the refresh token is to be stored. */
export async function makeTokens(
  deps: Deps,
  user: User,
): Promise<{ signedIn: SignedIn; tokenHash: string }> {
  const accessToken = await deps.keys.sign(user)
  const { token: refreshToken, tokenHash } = await newOpaqueToken()
  const expiresInSeconds = Math.floor(deps.config.ACCESS_TTL_MS / 1000)
  return { signedIn: { user, accessToken, refreshToken, expiresInSeconds }, tokenHash }
}
