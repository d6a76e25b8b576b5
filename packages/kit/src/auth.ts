import { Role } from '@kiosk/contracts/primitives/role'
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { ProblemError } from './problem.ts'

/** Who a verified access token speaks for. */
export interface Principal {
  readonly id: string
  readonly role: Role
}

/** What every access token says of itself, so that a token made for something else is refused. */
export const TOKEN_ISSUER = 'https://kiosk.example'
export const TOKEN_AUDIENCE = 'kiosk-api'
export const TOKEN_ALGORITHM = 'EdDSA'
const CLOCK_TOLERANCE_SECONDS = 5

/** Finds the public key that a token names. */
export type KeyFinder = JWTVerifyGetKey

const finders = new WeakMap<Fetcher, KeyFinder>()

/**
 * Public keys of the users Worker, over its service binding. They are cached per isolate, and asked for
 * again when a token names a key that is not among them (at most every 30 s), so rotation needs no restart.
 */
export function remoteKeys(users: Fetcher): KeyFinder {
  let finder = finders.get(users)
  if (finder === undefined) {
    finder = createRemoteJWKSet(new URL('http://users/.well-known/jwks.json'), {
      [customFetch]: (url, init) => users.fetch(url, init),
    })
    finders.set(users, finder)
  }
  return finder
}

/**
 * The principal of an `Authorization` header, or null when there is none.
 * @throws ProblemError unauthorized when the token is malformed, expired, tampered with or foreign.
 * @throws ProblemError unavailable when the keys cannot be had.
 */
export async function verifyAuthorization(
  header: string | null | undefined,
  keys: KeyFinder,
): Promise<Principal | null> {
  if (header === null || header === undefined || header === '') return null
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1]
  if (token === undefined) throw new ProblemError('unauthorized', 'Send “Authorization: Bearer …”')
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['sub', 'exp', 'role'],
    })
    return { id: String(payload.sub), role: Role.parse(payload['role']) }
  } catch (error) {
    if (isKeyOutage(error)) throw new ProblemError('unavailable', 'Sign-in keys are not available')
    throw new ProblemError('unauthorized', 'The access token is invalid or expired')
  }
}

/** jose reports a key set that could not be fetched as a plain JOSEError or as what `fetch` threw. */
function isKeyOutage(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError))
    return !(error instanceof Error && error.name === 'ZodError')
  return error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC'
}
