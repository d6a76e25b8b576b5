import { PublicJwk } from '@kiosk/contracts/http/users-auth'
import { assert } from '@kiosk/kit/assert'
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER, type KeyFinder } from '@kiosk/kit/auth'
import type { Database } from '@kiosk/kit/commit'
import { log } from '@kiosk/kit/log'
import {
  calculateJwkThumbprint,
  compactDecrypt,
  CompactEncrypt,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
} from 'jose'
import {
  isObsolete,
  nextKey,
  signingKey,
  type KeyTimes,
  type RotationPolicy,
} from '../domain/key-rotation.ts'
import type { User } from '../domain/user.ts'
import type { Config } from '../env.ts'
import {
  addSigningKey,
  forgetSigningKeys,
  loadSigningKeys,
  type SigningKeyRow,
} from '../store/signing-key-store.ts'

interface Loaded {
  readonly at: number
  readonly rows: readonly SigningKeyRow[]
  readonly published: readonly PublicJwk[]
  readonly find: KeyFinder
}

/** A token may name a key that was made elsewhere a moment ago; forged ones must not cost a query each. */
const RELOAD_MIN_MS = 1_000

/**
 * The keys that sign access tokens. They are made when first needed and rotated by age; whoever reads
 * them finds that out, so no timer has to run. Read keys are kept in the isolate for a short time.
 */
export class KeyRing {
  readonly #db: Database
  readonly #config: Config
  readonly #now: () => number
  #loaded: Loaded | null = null
  /** Decrypted keys by kid. */
  #privateKeys = new Map<string, CryptoKey>()

  constructor(db: Database, config: Config, now: () => number) {
    this.#db = db
    this.#config = config
    this.#now = now
  }

  /** Signs an access token for somebody. */
  async sign(user: User): Promise<string> {
    const { rows } = await this.#keys()
    const row = signingKey(rows, this.#now())
    assert(row !== undefined, 'a key is active, because the first one is from its making')
    const issuedAt = Math.floor(this.#now() / 1000)
    return new SignJWT({ role: user.role })
      .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid: row.kid, typ: 'JWT' })
      .setIssuer(TOKEN_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setSubject(user.id)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + Math.floor(this.#config.ACCESS_TTL_MS / 1000))
      .sign(await this.#privateKeyOf(row))
  }

  /** Finds the public key that a token names. */
  readonly find: KeyFinder = async (header, token) => {
    const loaded = await this.#keys()
    try {
      return await loaded.find(header, token)
    } catch (error) {
      const isKnown = !(error instanceof errors.JWKSNoMatchingKey)
      if (isKnown || this.#now() - loaded.at < RELOAD_MIN_MS) throw error
      return (await this.#load()).find(header, token)
    }
  }

  /** The public keys of all tokens that may still be valid, and of the key that signs next. */
  async published(): Promise<readonly PublicJwk[]> {
    return (await this.#keys()).published
  }

  /** Whether a token can be signed: there is a key, and it can be decrypted. */
  async canSign(): Promise<boolean> {
    const row = signingKey((await this.#keys()).rows, this.#now())
    return row !== undefined && (await this.#privateKeyOf(row)).type === 'private'
  }

  async #keys(): Promise<Loaded> {
    const isFresh =
      this.#loaded !== null && this.#now() - this.#loaded.at < this.#config.KEY_CACHE_MS
    return isFresh && this.#loaded !== null ? this.#loaded : this.#load()
  }

  async #load(): Promise<Loaded> {
    const now = this.#now()
    const policy = this.#policy()
    let rows = await loadSigningKeys(this.#db)
    const next = nextKey(rows, now, policy)
    if (next !== null) {
      await addSigningKey(this.#db, await this.#make(next))
      log('info', 'signing key made', { generation: next.generation })
      rows = await loadSigningKeys(this.#db)
    }
    const obsolete = rows.filter((row) => isObsolete(row, rows, now, policy)).at(-1)
    if (obsolete !== undefined) await forgetSigningKeys(this.#db, obsolete.generation)
    const kept = rows.filter((row) => row.generation > (obsolete?.generation ?? 0))
    const published = kept.map((row) => PublicJwk.parse(JSON.parse(row.publicJwk)))
    const find = createLocalJWKSet({ keys: [...published] })
    this.#privateKeys = new Map(
      [...this.#privateKeys].filter(([kid]) => kept.some((row) => row.kid === kid)),
    )
    this.#loaded = { at: now, rows: kept, published, find }
    return this.#loaded
  }

  #policy(): RotationPolicy {
    const { KEY_ROTATION_MS, KEY_PREPUBLISH_MS, KEY_CACHE_MS, ACCESS_TTL_MS } = this.#config
    return {
      rotationMs: KEY_ROTATION_MS,
      prepublishMs: KEY_PREPUBLISH_MS,
      keepMs: ACCESS_TTL_MS + KEY_CACHE_MS + CLOCK_SLACK_MS,
    }
  }

  async #make({ generation, activeAt }: KeyTimes): Promise<SigningKeyRow> {
    const pair = await generateKeyPair(TOKEN_ALGORITHM, { extractable: true })
    const { kty, crv, x } = await exportJWK(pair.publicKey)
    const kid = await calculateJwkThumbprint(pair.publicKey)
    const publicJwk = PublicJwk.parse({ kty, crv, x, kid, alg: TOKEN_ALGORITHM, use: 'sig' })
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(pair.privateKey)))
    const privateJwk = await new CompactEncrypt(secret)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
      .encrypt(this.#config.KEY_ENCRYPTION_KEY)
    const createdAt = this.#now()
    return {
      generation,
      kid,
      publicJwk: JSON.stringify(publicJwk),
      privateJwk,
      activeAt,
      createdAt,
    }
  }

  async #privateKeyOf({ kid, privateJwk }: SigningKeyRow): Promise<CryptoKey> {
    const known = this.#privateKeys.get(kid)
    if (known !== undefined) return known
    const { plaintext, protectedHeader } = await compactDecrypt(
      privateJwk,
      this.#config.KEY_ENCRYPTION_KEY,
    )
    assert(protectedHeader.kid === kid, 'the encrypted key belongs to its row')
    const jwk = JSON.parse(new TextDecoder().decode(plaintext)) as JWK
    const key = await importJWK(jwk, TOKEN_ALGORITHM)
    assert(!(key instanceof Uint8Array), 'an OKP key is imported as a CryptoKey')
    this.#privateKeys.set(kid, key)
    return key
  }
}

/** For clocks of verifiers that go slow. */
const CLOCK_SLACK_MS = 60_000
