import { type ContractRoute, ROUTES } from '@kiosk/contracts/http/index'
import type { Role } from '@kiosk/contracts/primitives/role'
import { describe, expect, it, test } from 'vitest'
import { bearer } from '../../../tests/support/tokens.ts'
import { accessToken, gateway, heard } from '../test/world.ts'

const USER = 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'
const FORWARDED: [string, ContractRoute][] = Object.entries(ROUTES)
  .filter(([service]) => service !== 'gateway')
  .flatMap(([service, routes]) => routes.map((route): [string, ContractRoute] => [service, route]))
const ALL: ContractRoute[] = Object.values(ROUTES).flat()

/** A request that the gateway has nothing against. */
async function validCall(route: ContractRoute, role?: Role): Promise<[string, RequestInit]> {
  const path = route.path.replaceAll(/\{\w+\}/g, 'x1')
  const caller = role ?? (route.access === 'anyone' ? undefined : route.access)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...(caller === undefined ? {} : { authorization: await bearer(USER, caller) }),
  }
  const hasBody = route.request?.body !== undefined
  return [path, { method: route.method.toUpperCase(), headers, ...(hasBody && { body: '{}' }) }]
}

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const { code, requestId } = await response.json<{ code: string; requestId: string }>()
  expect(requestId).toBe(response.headers.get('x-request-id'))
  return code
}

function customer(): Promise<string> {
  return bearer(USER, 'customer')
}

describe('routing', () => {
  test.each(FORWARDED.map(([service, route]) => ({ service, route, id: route.operationId })))(
    '$id goes to $service',
    async ({ service, route }) => {
      const [path, init] = await validCall(route)
      const response = await gateway()(`${path}?q=a%20b&q=c`, init)
      expect(await heard(response)).toMatchObject({
        service,
        method: init.method,
        url: `http://localhost${path}?q=a%20b&q=c`,
        body: init.body ?? '',
      })
    },
  )

  test.each(ALL.filter(({ access }) => access !== 'anyone').map((route) => ({ route })))(
    '$route.operationId asks who calls',
    async ({ route }) => {
      const [path, init] = await validCall(route)
      const response = await gateway()(path, { ...init, headers: {} })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await codeOf(response)).toBe('unauthorized')
    },
  )

  const privileged = ALL.filter(({ access }) => access === 'staff' || access === 'admin')
  test.each(privileged.map((route) => ({ route })))(
    '$route.operationId is forbidden to the role below',
    async ({ route }) => {
      const [path, init] = await validCall(route, route.access === 'admin' ? 'staff' : 'customer')
      expect(await codeOf(await gateway()(path, init))).toBe('forbidden')
    },
  )

  test.each([
    '/',
    '/v1',
    '/v1/unknown',
    '/v1/orders/',
    '/v2/orders',
    '/internal/dead-letters',
    '/internal/republish',
    '/v1/../internal/dead-letters',
    '/v1/products/%2e%2e/%2e%2e/internal/dead-letters',
    '//internal/dead-letters',
    '/openapi/unknown.json',
    '/openapi/toString.json',
    '/docs/index.html',
    '/docs/../package.json',
  ])('nothing is at %s', async (path) => {
    const headers = { authorization: await bearer(USER, 'admin') }
    const response = await gateway()(path, { headers })
    expect([response.status, await codeOf(response)]).toEqual([404, 'not_found'])
  })

  it('names the methods of a known path that was asked with another one', async () => {
    const response = await gateway()('/v1/users/me', { method: 'PUT' })
    expect([response.status, await codeOf(response)]).toEqual([405, 'method_not_allowed'])
    const allow = response.headers.get('allow')?.split(', ').toSorted()
    expect(allow).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH'])
  })

  it('answers 405 before it asks who calls, and 404 of a service stays 404', async () => {
    const missing = () => Response.json({ code: 'not_found' }, { status: 404 })
    const send = gateway({ orders: missing })
    expect((await send('/v1/orders/x', { method: 'PUT' })).status).toBe(405)
    const headers = { authorization: await customer() }
    expect((await send('/v1/orders/x', { headers })).status).toBe(404)
  })

  it('answers HEAD as GET without the body', async () => {
    const response = await gateway()('/v1/products', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it('passes a path on as it was written', async () => {
    const path = '/v1/products/%F0%9F%92%A1%2Fa%00%E0%A4%A'
    expect((await heard(await gateway()(path))).url).toBe(`http://localhost${path}`)
  })
})

describe('tokens', () => {
  const base64 = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '')

  it.each([
    ['expired', () => accessToken({ expires: '-1m' })],
    ['signed with a foreign key', () => accessToken({ foreign: true })],
    ['of another issuer', () => accessToken({ issuer: 'https://other.example' })],
    ['for another audience', () => accessToken({ audience: 'other' })],
    ['with an unknown role', () => accessToken({ role: 'root' })],
    [
      'tampered with',
      async () => {
        const [header, , signature] = (await accessToken()).split('.')
        return `${header}.${base64({ sub: USER, role: 'admin', exp: 9e9 })}.${signature}`
      },
    ],
    ['without a signature', async () => (await accessToken()).replace(/[^.]+$/, '')],
    ['of algorithm none', async () => `${base64({ alg: 'none' })}.${base64({ sub: USER })}.`],
    ['of algorithm none with a signature', async () => `${base64({ alg: 'none' })}.e30.AAAA`],
    ['of algorithm HS256', async () => `${base64({ alg: 'HS256', kid: 'test' })}.e30.AAAA`],
    ['that is none', async () => 'x'],
    ['of 10 kB', async () => 'x'.repeat(10_000)],
  ])('refuses one %s', async (_, make) => {
    const headers = { authorization: `Bearer ${await make()}` }
    const response = await gateway()('/v1/orders', { headers })
    expect([response.status, await codeOf(response)]).toEqual([401, 'unauthorized'])
  })

  it('refuses another scheme', async () => {
    const response = await gateway()('/v1/orders', { headers: { authorization: 'Basic eDp5' } })
    expect(response.status).toBe(401)
  })

  it('takes a public call with an invalid one as a call without', async () => {
    const headers = { authorization: `Bearer ${await accessToken({ expires: '-1m' })}` }
    const response = await gateway()('/v1/products', { headers })
    expect((await heard(response)).headers).not.toHaveProperty('authorization')
  })

  it('passes a valid one on, also with a public call', async () => {
    const headers = { authorization: await customer() }
    const response = await gateway()('/v1/products', { headers })
    expect((await heard(response)).headers['authorization']).toBe(headers.authorization)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('says 503 and not 401 when the keys cannot be had', async () => {
    const broken = { fetch: async () => new Response('', { status: 500 }) } as unknown as string
    const send = gateway({}, { USERS: broken })
    const response = await send('/v1/orders', { headers: { authorization: await customer() } })
    expect([response.status, response.headers.has('retry-after')]).toEqual([503, true])
  })
})

describe('bodies', () => {
  const limits = { BODY_BYTES_MAX: '100', UNREAD_BYTES_MAX: '1000' }

  async function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
    const authorization = await customer()
    return gateway({}, limits)(path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body,
    })
  }

  /** A body without a known length; `sent` tells how much of it was read. */
  function stream(chunks: number, size: number) {
    const read = { sent: 0, cancelled: false }
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (read.sent === chunks) return controller.close()
          read.sent += 1
          controller.enqueue(new Uint8Array(size).fill(32))
        },
        cancel() {
          read.cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    return { read, body }
  }

  it('passes one of the largest size', async () => {
    const body = 'x'.repeat(100)
    expect((await heard(await post('/v1/orders', body))).body).toBe(body)
  })

  it('refuses one byte more', async () => {
    const response = await post('/v1/orders', 'x'.repeat(101))
    expect([response.status, await codeOf(response)]).toEqual([413, 'payload_too_large'])
  })

  it('counts bytes, not characters', async () => {
    expect((await post('/v1/orders', 'é'.repeat(51))).status).toBe(413)
  })

  it('joins the chunks of one of unknown length', async () => {
    const { body } = stream(4, 25)
    expect((await heard(await post('/v1/orders', body))).body).toBe(' '.repeat(100))
  })

  it('reads one of unknown length to its end before it refuses it', async () => {
    const { body, read } = stream(20, 50)
    expect((await post('/v1/orders', body)).status).toBe(413)
    expect(read).toEqual({ sent: 20, cancelled: false })
  })

  it('stops reading at the cap', async () => {
    const { body, read } = stream(1_000, 50)
    expect((await post('/v1/orders', body)).status).toBe(413)
    expect(read.sent).toBeLessThan(30)
    expect(read.cancelled).toBe(true)
  })

  it.each([
    ['unknown path', '/v1/unknown', 404],
    ['bad token', '/v1/orders', 401],
  ])('reads the body of a call refused for its %s', async (_, path, status) => {
    const { body, read } = stream(5, 50)
    const response = await post(path, body, { authorization: 'Bearer x' })
    expect([response.status, read.sent]).toEqual([status, 5])
  })

  it.each(['text/plain', 'application/jsonx', 'multipart/form-data', ''])(
    'refuses the media type "%s"',
    async (type) => {
      const response = await post('/v1/orders', '{}', { 'content-type': type })
      expect([response.status, await codeOf(response)]).toEqual([415, 'unsupported_media_type'])
    },
  )

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/merge-patch+json'])(
    'accepts the media type "%s"',
    async (type) => {
      expect((await post('/v1/orders', '{}', { 'content-type': type })).status).toBe(200)
    },
  )

  it('tells of the token before the role, the role before the size, the size before the type', async () => {
    const big = 'x'.repeat(200)
    const text = { 'content-type': 'text/plain' }
    expect((await post('/v1/products', big, { ...text, authorization: '' })).status).toBe(401)
    expect((await post('/v1/products', big, text)).status).toBe(403)
    expect((await post('/v1/orders', big, text)).status).toBe(413)
    expect((await post('/v1/orders', '{}', text)).status).toBe(415)
  })

  it('passes a webhook as it came, whatever its type, with its signature', async () => {
    const response = await post('/v1/webhooks/payments/simulated', 'a=b', {
      'content-type': 'application/x-www-form-urlencoded',
      'webhook-signature': 'v1,abc',
      'x-signature': 'abc',
    })
    const { body, headers } = await heard(response)
    expect(body).toBe('a=b')
    expect(headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'webhook-signature': 'v1,abc',
      'x-signature': 'abc',
    })
  })
})

describe('headers', () => {
  it('drops what a client says of itself and of the network', async () => {
    const forged = {
      'x-user-id': USER,
      'x-user-role': 'admin',
      'x-kiosk-actor': 'system',
      'x-internal-call': '1',
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=10.0.0.1',
      'x-real-ip': '10.0.0.1',
      'cf-connecting-ip': '10.0.0.1',
      'cf-worker': 'evil.example',
      cookie: 'a=b',
      connection: 'keep-alive',
    }
    const kept = { accept: 'application/json', 'if-match': '"3"', 'idempotency-key': 'k' }
    const { headers } = await heard(
      await gateway()('/v1/products', { headers: { ...forged, ...kept } }),
    )
    expect(headers).toMatchObject(kept)
    for (const name of Object.keys(forged)) expect(headers).not.toHaveProperty(name)
  })

  it('keeps the request id of a client, and tells it', async () => {
    const headers = { 'x-request-id': 'Abc-1.2_3' }
    const response = await gateway()('/v1/products', { headers })
    expect(response.headers.get('x-request-id')).toBe('Abc-1.2_3')
    expect((await heard(response)).headers['x-request-id']).toBe('Abc-1.2_3')
  })

  it.each(['a b', 'a'.repeat(65), 'a"}', ''])('makes its own for "%s"', async (id) => {
    const response = await gateway()('/v1/products', { headers: { 'x-request-id': id } })
    const own = response.headers.get('x-request-id')
    expect(own).toMatch(/^[0-9a-f-]{36}$/)
    expect((await heard(response)).headers['x-request-id']).toBe(own)
  })

  it('continues the trace of a client with a span of its own', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
    const response = await gateway()('/v1/products', { headers: { traceparent } })
    const told = response.headers.get('traceparent')
    expect(told).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`))
    expect((await heard(response)).headers['traceparent']).toBe(told)
  })

  it('protects every answer', async () => {
    for (const path of ['/v1/products', '/v1/unknown', '/healthz', '/openapi.json']) {
      const { headers } = await gateway()(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('strict-transport-security')).toContain('max-age=')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('traceparent')).toMatch(/^00-/)
    }
  })

  it('leaves the caching that a service decided', async () => {
    const catalog = () => new Response('{}', { headers: { 'cache-control': 'max-age=5' } })
    const headers = { authorization: await customer() }
    const response = await gateway({ catalog })('/v1/products', { headers })
    expect(response.headers.get('cache-control')).toBe('max-age=5')
  })

  it('passes the status and headers of an answer', async () => {
    const location = '/v1/orders/1'
    const orders = () => new Response('{}', { status: 201, headers: { location, etag: '"1"' } })
    const response = await gateway({ orders })('/v1/orders', {
      method: 'POST',
      headers: { authorization: await customer(), 'content-type': 'application/json' },
      body: '{}',
    })
    expect(response.status).toBe(201)
    expect(Object.fromEntries(response.headers)).toMatchObject({ location, etag: '"1"' })
  })

  it('follows no redirect of a service', async () => {
    const catalog = () => Response.redirect('http://elsewhere.example/', 302)
    expect((await gateway({ catalog })('/v1/products')).status).toBe(302)
  })
})

describe('web pages', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,idempotency-key',
    },
  }

  it('may call from an allowed origin', async () => {
    const send = gateway({}, { CORS_ORIGINS: 'https://shop.example, https://other.example' })
    const response = await send('/v1/orders', preflight)
    expect(response.status).toBe(204)
    const headers = Object.fromEntries(response.headers)
    expect(headers['access-control-allow-origin']).toBe('https://shop.example')
    expect(headers['access-control-allow-headers']).toContain('idempotency-key')
    expect(headers['access-control-allow-methods']).toContain('PATCH')
    expect(headers['vary']).toContain('Origin')
  })

  it('may read what an answer says beside its body', async () => {
    const response = await gateway()('/v1/orders', { headers: { origin: 'https://a.example' } })
    expect(response.status).toBe(401)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const exposed = response.headers.get('access-control-expose-headers')
    for (const name of ['x-request-id', 'etag', 'idempotent-replayed', 'retry-after', 'location']) {
      expect(exposed).toContain(name)
    }
  })

  it('may not call from elsewhere', async () => {
    const response = await gateway({}, { CORS_ORIGINS: 'https://other.example' })('/', preflight)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
  })
})
