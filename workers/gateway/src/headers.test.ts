import { describe, expect, it } from 'vitest'
import { customer, gateway, heard, USER } from '../test/world.ts'

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
