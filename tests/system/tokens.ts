import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@kiosk/kit/auth'
import {
  base64url,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from 'jose'
import { TEST_SECRETS } from '../support/secrets.ts'
import type { System } from './harness.ts'

/** The key that the shop signs with, taken from its vault. */
export interface SigningKey {
  readonly kid: string
  readonly privateJwk: JWK
  readonly publicJwk: string
  readonly publicX: string
}

/** Steals the shop's signing key, to make tokens that are wrong in one respect only. */
export async function signingKey(system: System): Promise<SigningKey> {
  const { DB } = await system.worker<{ DB: D1Database }>('users').getEnv()
  const row = await DB.prepare(
    'SELECT kid, public_jwk, private_jwk FROM signing_keys ORDER BY generation LIMIT 1',
  ).first<{ kid: string; public_jwk: string; private_jwk: string }>()
  if (row === null) throw new Error('The shop has no signing key')
  const vault = base64url.decode(TEST_SECRETS.KEY_ENCRYPTION_KEY)
  const { plaintext } = await compactDecrypt(row.private_jwk, vault)
  const privateJwk = JSON.parse(new TextDecoder().decode(plaintext)) as JWK
  return {
    kid: row.kid,
    privateJwk,
    publicJwk: row.public_jwk,
    publicX: String(privateJwk.x),
  }
}

interface Flaws {
  /** Null: never. */
  readonly expires?: string | null
  readonly notBefore?: string
  readonly issuer?: string
  readonly audience?: string
}

/** An access token with any claims. Without a private key, it is signed with a foreign one. */
export async function forge(
  key: { kid: string; privateJwk?: JWK; isEmbedded?: boolean },
  claims: Record<string, unknown>,
  { expires = '15 minutes', notBefore, issuer, audience }: Flaws = {},
): Promise<string> {
  const foreign = await generateKeyPair(TOKEN_ALGORITHM, { extractable: true })
  const privateKey = key.privateJwk
    ? await importJWK(key.privateJwk, TOKEN_ALGORITHM)
    : foreign.privateKey
  const embedded = key.isEmbedded === true ? { jwk: await exportJWK(foreign.publicKey) } : {}
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: 'JWT', kid: key.kid, ...embedded })
    .setIssuer(issuer ?? TOKEN_ISSUER)
    .setAudience(audience ?? TOKEN_AUDIENCE)
    .setIssuedAt()
  if (expires !== null) token.setExpirationTime(expires)
  if (notBefore !== undefined) token.setNotBefore(notBefore)
  return token.sign(privateKey)
}
