import { type ContractRoute, ROUTES } from '@kiosk/contracts/http/index'
import type { Role } from '@kiosk/contracts/primitives/role'
import { describe, expect, it, test } from 'vitest'
import { bearer } from '../../../tests/support/tokens.ts'
import { accessToken, codeOf, customer, gateway, heard, USER } from '../test/world.ts'

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
