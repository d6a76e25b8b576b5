import type { Role } from '@kiosk/contracts/primitives/role'
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@kiosk/kit/auth'
import { env } from 'cloudflare:workers'
import { importJWK, type JWK, SignJWT } from 'jose'

/** An `Authorization` header for unit tests; the stand-in of the users Worker vouches for its key. */
export async function bearer(userId: string, role: Role = 'customer'): Promise<string> {
  const { TEST_SIGNING_KEY } = env as unknown as { TEST_SIGNING_KEY: JWK }
  const key = await importJWK(TEST_SIGNING_KEY, TOKEN_ALGORITHM)
  const token = await new SignJWT({ role })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid: 'test' })
    .setSubject(userId)
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(key)
  return `Bearer ${token}`
}
