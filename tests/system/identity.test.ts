import { createHmac, randomUUID } from 'node:crypto'
import type { OrderView } from '@kiosk/contracts/http/orders'
import { beforeAll, describe, expect, it } from 'vitest'
import { NOWHERE } from './api.ts'
import { type ApiRequest, startSystem, type System } from './harness.ts'
import { expectProblem } from './problems.ts'
import {
  address,
  bought,
  idempotencyKey,
  mailArrives,
  order,
  pay,
  type Person,
  placed,
  signIn,
  PASSWORD,
  Shop,
} from './shop.ts'
import { forge, signingKey, type SigningKey } from './tokens.ts'

let system: System
let shop: Shop
let customer: Person

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  customer = await shop.customer()
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe.concurrent('a token', () => {
  let ada: Person
  let key: SigningKey

  beforeAll(async () => {
    ada = await shop.customer()
    key = await signingKey(system)
  })

  const claimsOf = () => ({ sub: ada.id, role: 'admin' })
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const parts = () => ada.token.split('.') as [string, string, string]
  const readable = (text: string) =>
    JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>
  const hs256 = (secret: string | Buffer) => {
    const kid = key.kid
    const signed = `${base64({ alg: 'HS256', typ: 'JWT', kid })}.${base64({ ...readable(parts()[1]), role: 'admin' })}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  }
  const none = (alg: string, signature = '') =>
    `${base64({ alg, typ: 'JWT' })}.${base64({ ...readable(parts()[1]), role: 'admin' })}.${signature}`

  it('made with the shop’s own key, as the forged ones below are, is accepted', async () => {
    const token = await forge(key, claimsOf())
    expect((await system.api('/v1/users/me', { token })).status).toBe(200)
  })

  it.each<[string, () => string | Promise<string>]>([
    ['expired', () => forge(key, claimsOf(), { expires: '-1 minute' })],
    ['that never expires', () => forge(key, claimsOf(), { expires: null })],
    ['not valid yet', () => forge(key, claimsOf(), { notBefore: '10 minutes' })],
    ['of another issuer', () => forge(key, claimsOf(), { issuer: 'https://evil.example' })],
    ['for another audience', () => forge(key, claimsOf(), { audience: 'evil' })],
    ['with an unknown role', () => forge(key, { sub: ada.id, role: 'root' })],
    ['without a role', () => forge(key, { sub: ada.id })],
    ['with several roles', () => forge(key, { sub: ada.id, role: ['admin', 'customer'] })],
    ['of nobody', () => forge(key, { role: 'admin' })],
    ['signed with a foreign key', () => forge({ kid: key.kid }, claimsOf())],
    ['signed with a foreign key of another name', () => forge({ kid: 'evil' }, claimsOf())],
    ['that brings its own key', () => forge({ kid: key.kid, isEmbedded: true }, claimsOf())],
    [
      'with another payload',
      () => `${parts()[0]}.${base64({ ...readable(parts()[1]), role: 'admin' })}.${parts()[2]}`,
    ],
    ['with another signature', () => ada.token.replace(/[^.]+$/, 'A'.repeat(86))],
    ['without a signature', () => ada.token.replace(/[^.]+$/, '')],
    ['cut short', () => ada.token.slice(0, -10)],
    ['of algorithm none', () => none('none')],
    ['of algorithm NoNe', () => none('NoNe')],
    ['of algorithm none, with a signature', () => none('none', parts()[2])],
    ['of algorithm HS256 with the public key as its secret', () => hs256(key.publicX)],
    [
      'of algorithm HS256 with the raw public key',
      () => hs256(Buffer.from(key.publicX, 'base64url')),
    ],
    ['of algorithm HS256 with the public JWK', () => hs256(key.publicJwk)],
    ['that is not one', () => 'x'],
    ['that is empty', () => ''],
    ['that is a refresh token', async () => refreshTokenOf(ada)],
    ['of 20 kB', () => 'x'.repeat(20_000)],
  ])('%s is a 401 at the gateway, and at every Worker behind it', async (_, make) => {
    const token = await make()
    expectProblem(await system.api('/v1/users/me', { token }), 401)
    const doors = [
      ['users', '/v1/users/me'],
      ['orders', '/v1/orders'],
      ['payments', `/v1/payments/${NOWHERE.payment}`],
      ['notifications', '/v1/notifications'],
      ['inventory', '/v1/inventory'],
      ['orders', '/internal/dead-letters'],
    ] as const
    const statuses = await Promise.all(
      doors.map(async ([worker, path]) => {
        const init = { headers: bearer(token) }
        return (await system.worker(worker).fetch(`http://kiosk${path}`, init)).status
      }),
    )
    expect(statuses).toEqual(doors.map(() => 401))
  })

  it.each([
    ['another scheme', (token: string) => ({ authorization: `Basic ${token}` })],
    ['no scheme', (token: string) => ({ authorization: token })],
    ['a cookie', (token: string) => ({ cookie: `accessToken=${token}; token=${token}` })],
    ['another header', (token: string) => ({ 'x-access-token': token, 'x-auth-token': token })],
  ])('in %s is a 401', async (_, headers) => {
    expectProblem(await system.api('/v1/orders', { headers: headers(ada.token) }), 401)
  })

  it('in the query is a 401', async () => {
    expectProblem(await system.api(`/v1/orders?access_token=${ada.token}`), 401)
  })

  it('that is bad does not prevent public calls', async () => {
    expect((await system.api('/v1/products', { token: 'x' })).status).toBe(200)
    const { email } = ada
    const login = await system.api('/v1/auth/login', {
      token: 'x',
      body: { email, password: PASSWORD },
    })
    expect(login.status).toBe(200)
  })

  async function refreshTokenOf({ email }: Person): Promise<string> {
    const body = { email, password: PASSWORD }
    const { body: session } = await system.api<{ refreshToken: string }>('/v1/auth/login', { body })
    return session.refreshToken
  }
})

describe.concurrent('a role', () => {
  it('is not given to who asks for it in a body', async () => {
    const ada = await shop.customer({
      role: 'admin',
      roles: ['admin'],
      isAdmin: true,
      id: NOWHERE.user,
      user: { role: 'admin' },
    })
    const wishes = { role: 'admin', id: NOWHERE.user, email: 'admin@kiosk.test', createdAt: 'x' }
    const patched = await ada.call('/v1/users/me', { method: 'PATCH', body: wishes })
    expect(patched).toMatchObject({
      status: 200,
      body: { id: ada.id, email: ada.email, role: 'customer' },
    })
    const again = await signIn(system, ada.email, PASSWORD)
    expect(again.id).not.toBe(NOWHERE.user)
    expectProblem(await again.call('/v1/inventory'), 403)
    const self = { method: 'PATCH', body: { role: 'admin' } } as const
    expectProblem(await again.call(`/v1/users/${again.id}`, self), 403)
  })

  const CLAIMS = [
    'x-user-id',
    'x-user-role',
    'x-user',
    'x-role',
    'x-kiosk-role',
    'x-kiosk-actor',
    'x-kiosk-user-id',
    'x-kiosk-internal',
    'x-internal',
    'x-internal-call',
    'x-forwarded-user',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-original-url',
    'x-rewrite-url',
    'x-http-method-override',
    'x-authenticated-user',
    'x-principal',
    'x-actor',
    'cf-worker',
    'cf-access-authenticated-user-email',
    'forwarded',
  ]
  it.each([
    ['its name', () => 'admin'],
    ['an id', () => shop.admin.id],
    ['JSON', () => `{"id":"${shop.admin.id}","role":"admin"}`],
  ])('is not given to who claims it in a header, as %s', async (_, value) => {
    const headers = Object.fromEntries(CLAIMS.map((name) => [name, value()]))
    expectProblem(await system.api('/v1/inventory', { headers }), 401)
    expectProblem(await customer.call('/v1/inventory', { headers }), 403)
    expectProblem(await shop.staff.call('/v1/ops/dead-letters', { headers }), 403)
    expect((await customer.call('/v1/users/me', { headers })).body).toMatchObject({
      id: customer.id,
      role: 'customer',
    })
  })

  it('that was taken away is gone with the next sign-in', async () => {
    const eve = await shop.member('staff')
    expect((await eve.call('/v1/inventory')).status).toBe(200)
    const path = `/v1/users/${eve.id}`
    await shop.admin.call(path, { method: 'PATCH', body: { role: 'customer' } })
    expectProblem(await eve.call('/v1/users'), [401, 403])
    const again = await signIn(system, eve.email, PASSWORD)
    expectProblem(await again.call('/v1/inventory'), 403)
  })
})

describe('what belongs to another customer', () => {
  let ada: Person
  let eve: Person
  let hers: { order: OrderView; paid: OrderView; payment: string; action: string; home: string }

  beforeAll(async () => {
    const sku = await shop.sku(20)
    ;[ada, eve] = await Promise.all([shop.customer(), shop.customer()])
    const { order: paid, payment } = await bought(ada, sku)
    const pending = await placed(ada, sku)
    const { body: action } = await pay(ada, pending.id, 'tok_3ds')
    const { body: home } = await ada.call('/v1/users/me/addresses', { body: address })
    hers = {
      order: pending,
      paid,
      payment: payment.id,
      action: action.id,
      home: String(home['id']),
    }
    await mailArrives(ada, paid.id, 'order_confirmed')
  })

  it.each<[string, () => readonly [string, ApiRequest?]]>([
    ['order', () => [`/v1/orders/${hers.order.id}`]],
    ['timeline', () => [`/v1/orders/${hers.order.id}/timeline`]],
    ['order, to cancel it', () => [`/v1/orders/${hers.order.id}/cancel`, { body: {} }]],
    [
      'order, to pay it',
      () => {
        const body = { orderId: hers.order.id, token: 'tok_ok' }
        return ['/v1/payments', { body, headers: idempotencyKey() }]
      },
    ],
    ['payment', () => [`/v1/payments/${hers.payment}`]],
    ['payment, to confirm it', () => [`/v1/payments/${hers.action}/confirm`, { body: {} }]],
    ['address', () => [`/v1/users/me/addresses/${hers.home}`]],
    [
      'address, to change it',
      () => [`/v1/users/me/addresses/${hers.home}`, { method: 'PATCH', body: { city: 'X' } }],
    ],
    [
      'address, to replace it',
      () => [`/v1/users/me/addresses/${hers.home}`, { method: 'PUT', body: address }],
    ],
    ['address, to delete it', () => [`/v1/users/me/addresses/${hers.home}`, { method: 'DELETE' }]],
  ])('%s is a 404 that says no more than one for what does not exist', async (_, make) => {
    const [path, request] = make()
    const answer = await eve.call(path, request)
    expectProblem(answer, 404)
    const swap = (text: string) => text.replaceAll(/_[0-9A-Z]{26}/g, `_${'0'.repeat(26)}`)
    const nowhere = swap(path)
    const body = request?.body && (JSON.parse(swap(JSON.stringify(request.body))) as unknown)
    const unknown = await eve.call(nowhere, { ...request, ...(body !== undefined && { body }) })
    const told = (problem: Record<string, unknown>) =>
      swap(JSON.stringify({ ...problem, requestId: '' }))
    expect(told(answer.body)).toBe(told(unknown.body))
  })

  it('is unchanged by the attempts', async () => {
    expect((await ada.call(`/v1/orders/${hers.order.id}`)).body).toMatchObject({
      status: 'pending',
    })
    expect((await ada.call(`/v1/payments/${hers.action}`)).body).toMatchObject({
      status: 'requires_action',
    })
    expect((await ada.call(`/v1/users/me/addresses/${hers.home}`)).body).toMatchObject(address)
  })

  it.each([
    () => '/v1/orders',
    () => `/v1/orders?customerId=${ada.id}`,
    () => `/v1/orders?customer=${ada.id}&userId=${ada.id}`,
    () => `/v1/notifications?orderId=${hers.paid.id}`,
    () => `/v1/notifications?userId=${ada.id}&limit=100`,
    () => '/v1/users/me/addresses',
  ])('is in no list (%#)', async (path) => {
    const answer = await eve.call(path())
    expect(answer.status).toBeLessThan(500)
    const seen = JSON.stringify(answer.body)
    for (const secret of [hers.order.id, hers.paid.id, hers.home, ada.email]) {
      expect(seen).not.toContain(secret)
    }
  })

  it('is not reached by an idempotency key that they used', async () => {
    const sku = await shop.sku(5)
    const key = { 'idempotency-key': randomUUID() }
    const lines = [{ sku, quantity: 1 }]
    const first = await order(ada, lines, key)
    const second = await order(eve, lines, key)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.id).not.toBe(first.body.id)
    expect(second.body.customerId).toBe(eve.id)
    expect(second.headers.get('idempotent-replayed')).toBeNull()
  })

  it('is seen, and cancelled, by staff', async () => {
    const { id } = await placed(ada, await shop.sku(1))
    expect(await shop.staff.call(`/v1/orders/${id}`)).toMatchObject({ status: 200, body: { id } })
    const timeline = await shop.staff.call(`/v1/orders/${id}/timeline`)
    expect(timeline.status).toBe(200)
    expect((await shop.staff.call(`/v1/payments/${hers.payment}`)).status).toBe(200)
    const mine = await shop.staff.call<{ items: OrderView[] }>(`/v1/orders?customerId=${ada.id}`)
    expect(mine.body.items.map((item) => item.id)).toContain(id)
    const cancelled = await shop.staff.call(`/v1/orders/${id}/cancel`, { body: {} })
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } })
    await mailArrives(ada, id, 'order_cancelled')
  })
})
