import { verifyAuthorization } from '@kiosk/kit/auth'
import { createLocalJWKSet, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { call, env, outcomeOf, signUp } from '../../test/client.ts'
import { createDeps, type Deps } from '../deps.ts'
import { openAccount } from '../domain/user.ts'
import type { Config } from '../env.ts'
import { loadSigningKeys } from '../store/signing-key-store.ts'
import { KeyRing } from './key-ring.ts'

const MINUTE_MS = 60_000
const user = openAccount(
  { id: 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C', email: 'a@b.de', name: 'A', locale: 'en', role: 'staff' },
  0,
)

const { db, config }: Deps = createDeps(env)
let now = Date.now()

function ring(changes: Partial<Config> = {}): KeyRing {
  const policy = { KEY_ROTATION_MS: 60 * MINUTE_MS, KEY_PREPUBLISH_MS: 10 * MINUTE_MS }
  return new KeyRing(db, { ...config, ...policy, ...changes }, () => now)
}

function verify(token: string, keys: KeyRing) {
  return verifyAuthorization(`Bearer ${token}`, keys.find)
}

beforeEach(async () => {
  now = Date.now()
  await env.DB.exec('delete from signing_keys')
})

describe('the key ring', () => {
  it('makes one key, however many ask for the first at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 10 }, () => ring().sign(user)))
    expect(await loadSigningKeys(db)).toHaveLength(1)
    for (const token of tokens) {
      expect(await verify(token, ring())).toEqual({ id: user.id, role: 'staff' })
    }
  })

  it('publishes the next key before it signs, and keeps the last one until its tokens expire', async () => {
    const keys = ring()
    const kidOf = (token: string) => JSON.parse(atob(token.split('.')[0] ?? '')).kid as string
    const published = async () => (await keys.published()).map(({ kid }) => kid)
    const first = await keys.sign(user)

    now += 51 * MINUTE_MS
    const whilePublished = await keys.sign(user)
    const [firstKid, secondKid, ...none] = await published()
    expect(none).toEqual([])
    expect([kidOf(first), kidOf(whilePublished)]).toEqual([firstKid, firstKid])

    now += 10 * MINUTE_MS
    const second = await keys.sign(user)
    expect(kidOf(second)).toBe(secondKid)
    expect(await published()).toEqual([firstKid, secondKid])
    for (const token of [first, whilePublished, second]) {
      expect(await verify(token, keys)).toEqual({ id: user.id, role: 'staff' })
    }

    now += 17 * MINUTE_MS
    expect(await published()).toEqual([secondKid])
    expect(await loadSigningKeys(db)).toHaveLength(1)
  })

  it('rotates once, however many find out at once', async () => {
    await ring().sign(user)
    now += 51 * MINUTE_MS
    await Promise.all(Array.from({ length: 10 }, () => ring().sign(user)))
    expect(await loadSigningKeys(db)).toHaveLength(2)
  })

  it('finds a key that another isolate has made since it read them', async () => {
    const cached = ring({ KEY_CACHE_MS: 60 * MINUTE_MS })
    await cached.published()
    await env.DB.exec('delete from signing_keys')
    const token = await ring().sign(user)
    await expect(verify(token, cached)).rejects.toThrow('invalid')
    now += 2_000
    expect(await verify(token, cached)).toMatchObject({ id: user.id })
  })

  it('reads the keys once while they are fresh', async () => {
    const cached = ring({ KEY_CACHE_MS: MINUTE_MS })
    await cached.sign(user)
    await env.DB.exec('delete from signing_keys')
    now += MINUTE_MS - 1
    await cached.sign(user)
    expect(await loadSigningKeys(db)).toEqual([])
    now += 1
    await cached.sign(user)
    expect(await loadSigningKeys(db)).toHaveLength(1)
  })

  it('does not sign with a key that was encrypted under another secret', async () => {
    await ring().sign(user)
    const stranger = ring({ KEY_ENCRYPTION_KEY: new Uint8Array(32) })
    await expect(stranger.canSign()).rejects.toThrow('decryption operation failed')
    expect(await loadSigningKeys(db)).toHaveLength(1)
  })

  it('does not sign with a key that was moved to another row', async () => {
    await ring().sign(user)
    await env.DB.exec(`update signing_keys set kid = 'other'`)
    await expect(ring().canSign()).rejects.toThrow('belongs to its row')
  })
})

describe('GET /.well-known/jwks.json', () => {
  it('verifies the tokens that are handed out, and tells nothing secret', async () => {
    const { accessToken, user: person } = await signUp()
    const response = await call('GET /.well-known/jwks.json')
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    const jwks: { keys: Record<string, string>[] } = await response.json()
    for (const key of jwks.keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    }
    const keys = createLocalJWKSet(jwks)
    const principal = await verifyAuthorization(`Bearer ${accessToken}`, keys)
    expect(principal).toEqual({ id: person.id, role: 'customer' })
  })
})

describe('a token is refused that', () => {
  const claims = { role: 'admin', sub: user.id, iss: 'https://kiosk.example', aud: 'kiosk-api' }

  it('somebody else signed, nobody signed, or somebody changed', async () => {
    const { accessToken } = await signUp()
    const jwks: { keys: { kid: string; x: string }[] } = await (
      await call('GET /.well-known/jwks.json')
    ).json()
    const [key] = jwks.keys
    const { privateKey } = await generateKeyPair('EdDSA')
    const foreign = new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: key?.kid ?? '' })
      .setExpirationTime('15m')
    // The public key as if it were the secret of a symmetric algorithm.
    const confused = new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: key?.kid ?? '' })
      .setExpirationTime('15m')
    const [header, payload, signature] = accessToken.split('.')
    const promoted = btoa(atob(payload ?? '').replace('customer', 'admin')).replace(/=+$/, '')
    const tokens = [
      await foreign.sign(privateKey),
      await confused.sign(new TextEncoder().encode(key?.x)),
      new UnsecuredJWT(claims).setExpirationTime('15m').encode(),
      `${header}.${promoted}.${signature}`,
      `${header}.${payload}.`,
    ]
    for (const token of tokens) {
      expect(await outcomeOf('GET /v1/users/me', { token })).toBe('401 unauthorized')
    }
  })

  it('has expired', async () => {
    const { user: person } = await signUp()
    const past = new KeyRing(db, { ...config, ACCESS_TTL_MS: -10_000 }, Date.now)
    const token = await past.sign({
      ...person,
      phone: null,
      version: 1,
      createdAt: 0,
      updatedAt: 0,
    })
    expect(await outcomeOf('GET /v1/users/me', { token })).toBe('401 unauthorized')
  })
})
