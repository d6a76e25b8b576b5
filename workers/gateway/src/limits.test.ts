import { env as bindings, exports } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { bearer } from '../../../tests/support/tokens.ts'
import { gateway } from '../test/world.ts'

// Bindings stand among the variables of the tests, whose type is text.
const env = bindings as unknown as { readonly CATALOG: string }
const ON = { RATE_LIMITS: 'on' }

/** A limiter that counts by key, as the real one does, and its counts. */
function limiter(limit: number) {
  const counts = new Map<string, number>()
  const binding = {
    limit: async ({ key }: { key: string }) => {
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return { success: count <= limit }
    },
  }
  return { counts, binding: binding as unknown as string }
}

function from(address: string, headers: Record<string, string> = {}): RequestInit {
  return { headers: { 'cf-connecting-ip': address, ...headers } }
}

describe('rate limits', () => {
  it('refuse an address that asks too much, and no other', async () => {
    const send = gateway({}, { ...ON, LIMIT_ADDRESS: limiter(2).binding })
    const statuses: number[] = []
    for (const address of ['1.1.1.1', '1.1.1.1', '1.1.1.1', '2.2.2.2']) {
      statuses.push((await send('/v1/products', from(address))).status)
    }
    expect(statuses).toEqual([200, 200, 429, 200])
  })

  it('tell when to come back, as a problem that web pages can read', async () => {
    const response = await gateway({}, { ...ON, LIMIT_ADDRESS: limiter(0).binding })('/v1/orders')
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('60')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toMatchObject({ code: 'too_many_requests', status: 429 })
  })

  it('count unknown paths too, but not the health of the shop', async () => {
    const send = gateway({}, { ...ON, LIMIT_ADDRESS: limiter(0).binding })
    expect((await send('/v1/unknown')).status).toBe(429)
    expect((await send('/healthz')).status).toBe(200)
  })

  it('let everybody in while they cannot count', async () => {
    const limit = () => Promise.reject(new Error('Too Many Requests'))
    const send = gateway({}, { ...ON, LIMIT_ADDRESS: { limit } as unknown as string })
    expect((await send('/v1/products')).status).toBe(200)
  })

  it('count signing in apart', async () => {
    const signIn = limiter(1)
    const send = gateway({}, { ...ON, LIMIT_SIGN_IN: signIn.binding })
    const login = { ...from('1.1.1.1', { 'content-type': 'application/json' }), body: '{}' }
    const attempt = () => send('/v1/auth/login', { ...login, method: 'POST' })
    expect((await attempt()).status).toBe(200)
    expect((await attempt()).status).toBe(429)
    expect((await send('/v1/products', from('1.1.1.1'))).status).toBe(200)
    expect([...signIn.counts]).toEqual([['1.1.1.1', 2]])
  })

  it('follow a person from address to address', async () => {
    const send = gateway({}, { ...ON, LIMIT_USER: limiter(1).binding })
    const ada = { authorization: await bearer('usr_ada') }
    const bob = { authorization: await bearer('usr_bob') }
    expect((await send('/v1/orders', from('1.1.1.1', ada))).status).toBe(200)
    expect((await send('/v1/orders', from('2.2.2.2', ada))).status).toBe(429)
    expect((await send('/v1/orders', from('2.2.2.2', bob))).status).toBe(200)
  })

  it('can be turned off', async () => {
    const send = gateway({}, { RATE_LIMITS: 'off', LIMIT_ADDRESS: limiter(0).binding })
    expect((await send('/v1/products')).status).toBe(200)
  })

  it('are on as deployed: the 31st attempt to sign in within a minute is refused', async () => {
    const gate = exports as unknown as { default: Fetcher }
    const statuses: number[] = []
    for (let attempt = 0; attempt < 31; attempt++) {
      const init = { method: 'POST', ...from('3.3.3.3') }
      statuses.push((await gate.default.fetch('http://x/v1/auth/login', init)).status)
    }
    expect(statuses.slice(0, 30)).not.toContain(429)
    expect(statuses.at(-1)).toBe(429)
  })
})

describe('a service', () => {
  const broken = () => {
    throw new Error('boom')
  }

  it.each([
    ['breaks', gateway({ catalog: broken })],
    ['shows its stack', gateway({ catalog: () => new Response('Error: at …', { status: 500 }) })],
    // The real binding: it leads to a Worker that hangs.
    ['does not answer', gateway({}, { CATALOG: env.CATALOG, UPSTREAM_TIMEOUT_MS: '50' })],
  ])('that %s is 503 with a time to come back', async (_, send) => {
    const response = await send('/v1/products')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await response.json()).toMatchObject({ code: 'unavailable' })
  })

  it('that fails tells of it itself', async () => {
    const headers = { 'content-type': 'application/problem+json' }
    const failure = { code: 'internal_error', status: 500 }
    const catalog = () => Response.json(failure, { status: 500, headers })
    const response = await gateway({ catalog })('/v1/products')
    expect([response.status, await response.json()]).toEqual([500, failure])
  })

  it('says itself what is wrong with a request', async () => {
    const problem = { code: 'validation_failed', status: 400 }
    const headers = { 'content-type': 'application/problem+json' }
    const catalog = () => Response.json(problem, { status: 400, headers })
    const response = await gateway({ catalog })('/v1/products?limit=0')
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual(problem)
  })
})
