import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, startSystem, type System } from './harness.ts'
import { rawCall } from './problems.ts'
import {
  idempotencyKey,
  mailArrives,
  order,
  orderBecomes,
  pay,
  type Person,
  Shop,
  signIn,
} from './shop.ts'

interface Line {
  time: string
  level: string
  service: string
  message: string
  requestId: string
  traceId: string
  actor: string
  route?: string
  eventType?: string
  [field: string]: unknown
}

const TRACE_ID = randomBytes(16).toString('hex')
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`
const SECRETS = {
  password: `pass-${randomUUID()}`,
  name: `name-${randomUUID()}`,
  street: `street-${randomUUID()}`,
  card: `tok_${randomUUID()}`,
}

let system: System
let shop: Shop
let ada: Person
let orderId: string
let sessions: string[]
let lines: Line[]

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  const since = system.logs().length
  const sku = await shop.sku(5)
  const { password, name, street, card } = SECRETS
  const { id, email } = await shop.customer({ password, name })
  const login = await system.api<{ accessToken: string; refreshToken: string }>('/v1/auth/login', {
    body: { email, password },
  })
  sessions = [login.body.accessToken, login.body.refreshToken]
  const token = login.body.accessToken
  ada = {
    id,
    email,
    token,
    call: (path, request) =>
      system.api(path, {
        token,
        ...request,
        headers: { traceparent: TRACEPARENT, ...request?.headers },
      }),
  }
  const placedOrder = await order(ada, [{ sku, quantity: 1 }])
  orderId = placedOrder.body.id
  await pay(ada, orderId, card)
  const { body: payment } = await pay(ada, orderId)
  await orderBecomes(ada, orderId, { status: 'processing' })
  await ada.call('/v1/users/me/addresses', {
    body: { name, line1: street, city: street, postalCode: '1', country: 'DE' },
  })
  await ada.call('/v1/users/me', { method: 'PATCH', body: { phone: '+4930123456' } })
  await system.api('/v1/auth/login', { body: { email, password: `${password}-wrong` } })
  await system.api('/v1/auth/password-reset', { body: { email } })
  await system.api('/v1/auth/refresh', { body: { refreshToken: sessions[1] } })
  await mailArrives(ada, orderId, 'order_confirmed')
  await shop.refund(payment.id)
  await orderBecomes(ada, orderId, { paymentStatus: 'refunded' })
  await mailArrives(ada, orderId, 'payment_refunded')
  lines = system
    .logs()
    .slice(since)
    .map((line) => JSON.parse(line) as Line)
})

describe('the trace that a client begins', () => {
  it('is found in every Worker that the order touched, across calls and queues', () => {
    const traced = lines.filter(({ traceId }) => traceId === TRACE_ID)
    const services = new Set(traced.map(({ service }) => service))
    const touched = ['gateway', 'orders', 'catalog', 'inventory', 'payments', 'notifications']
    expect([...services]).toEqual(expect.arrayContaining(touched))
    const heard = traced.flatMap(({ service, eventType }) =>
      eventType === undefined ? [] : `${eventType} → ${service}`,
    )
    expect(heard).toEqual(
      expect.arrayContaining([
        'order.placed → notifications',
        'payment.failed → orders',
        'payment.succeeded → orders',
        'payment.succeeded → notifications',
        'order.confirmed → notifications',
      ]),
    )
  })

  it.each([
    ['', 'none'],
    ['x', 'nonsense'],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, 'one of zeros'],
    [`00-${TRACE_ID.toUpperCase()}-00F067AA0BA902B7-01`, 'one in capitals'],
    [`00-${TRACE_ID}-00f067aa0ba902b7-01-x${'x'.repeat(5_000)}`, 'one that is too long'],
  ])('is a new one instead of %j (%s)', async (traceparent) => {
    const { headers } = await system.api('/v1/products', { headers: { traceparent } })
    expect(headers.get('traceparent')).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/)
    expect(headers.get('traceparent')).not.toContain(TRACE_ID)
  })
})

describe('the log', () => {
  it('has lines of JSON that say when, who, what and in which trace', () => {
    for (const line of lines) {
      expect(line).toMatchObject({
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: expect.stringMatching(/^(info|warn|error)$/),
        service: expect.stringMatching(/^[a-z]+$/),
        message: expect.any(String),
        requestId: expect.stringMatching(/./),
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        actor: expect.stringMatching(/^(usr_[0-9A-Z]{26}|anonymous|system)$/),
      })
    }
  })

  it('has one line per request and Worker, with its route and outcome', async () => {
    const requestId = randomUUID()
    const headers = { 'x-request-id': requestId }
    await ada.call(`/v1/orders/${orderId}`, { headers })
    const own = await eventually(() => {
      const found = system.logs().filter((line) => line.includes(requestId))
      expect(found).toHaveLength(2)
      return found.map((line) => JSON.parse(line) as Line)
    })
    expect(own.map(({ service }) => service).toSorted()).toEqual(['gateway', 'orders'])
    for (const line of own) {
      expect(line).toMatchObject({
        message: 'request',
        method: 'GET',
        route: '/v1/orders/:id',
        status: 200,
        outcome: 'ok',
        durationMs: expect.any(Number),
        requestId,
        traceId: TRACE_ID,
        actor: ada.id,
      })
    }
  })

  it('has one line per message, with its event, outcome and attempt', () => {
    const messages = lines.filter(({ eventType }) => eventType !== undefined)
    expect(messages.length).toBeGreaterThan(5)
    for (const line of messages) {
      expect(line).toMatchObject({
        eventType: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/),
        eventId: expect.stringMatching(/^evt_/),
        outcome: expect.any(String),
        durationMs: expect.any(Number),
      })
    }
    const confirmed = messages.filter(({ eventType }) => eventType === 'order.confirmed')
    expect(confirmed).not.toEqual([])
  })

  it('has no route with what a person put into it, and no error', () => {
    for (const { route, level } of lines) {
      expect(level).not.toBe('error')
      if (route !== undefined) expect(route).not.toMatch(/usr_|ord_|pay_|prd_|@/)
    }
  })

  it('has no password, token, card, name or address of anybody', async () => {
    const { text } = await eventually(async () => {
      const { body } = await ada.call<{ items: { template: string; text: string }[] }>(
        '/v1/notifications?limit=100',
      )
      const mail = body.items.find(({ template }) => template === 'password_reset')
      expect(mail).toBeDefined()
      return mail ?? { text: '' }
    })
    const resetToken = /token=([\w%-]+)/.exec(text)?.[1] ?? ''
    expect(resetToken.length).toBeGreaterThan(20)
    const secrets = [...Object.values(SECRETS), ...sessions, ada.email, resetToken, '+4930123456']
    for (const line of system.logs()) {
      for (const secret of secrets) expect(line).not.toContain(secret)
      expect(line).not.toMatch(/eyJ[\w-]{10,}\.|tok_\w+|whsec_|scrypt|Bearer |@kiosk\.test/)
    }
  })
})

describe('an answer', () => {
  it('says which request and trace it belongs to', async () => {
    const requestId = `client.${randomUUID()}`
    const given = { 'x-request-id': requestId }
    for (const path of ['/v1/products', '/v1/unknown', '/v1/orders', '/healthz', '/openapi.json']) {
      const { headers } = await system.api(path, {
        headers: { ...given, traceparent: TRACEPARENT },
      })
      expect(headers.get('x-request-id')).toBe(requestId)
      expect(headers.get('traceparent')).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`))
    }
    for (const odd of ['x'.repeat(1_000), 'a b', '<script>', '"}{']) {
      const { headers } = await system.api('/v1/products', { headers: { 'x-request-id': odd } })
      expect(headers.get('x-request-id')).toMatch(/^[\w.-]{8,64}$/)
    }
  })

  it('lets no browser do what it should not', async () => {
    const answers = await Promise.all([
      system.api('/v1/products'),
      system.api('/v1/unknown'),
      ada.call('/v1/orders'),
      system.api('/v1/auth/login', { body: '{' }),
    ])
    for (const { headers } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d+/)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('referrer-policy')).toBeTruthy()
      expect(headers.get('server')).toBeNull()
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('set-cookie')).toBeNull()
    }
    expect(answers[2].headers.get('cache-control')).toContain('no-store')
    expect(answers[3].headers.get('cache-control')).toContain('no-store')
  })

  it('with tokens in it is never cached', async () => {
    const { email } = await shop.customer()
    const { password } = SECRETS
    const body = { email: ada.email, password }
    const login = await system.api('/v1/auth/login', { body })
    expect(login.status).toBe(200)
    expect(login.headers.get('cache-control')).toContain('no-store')
    const again = await system.api('/v1/auth/register', {
      body: { email: `2${email}`, password, name: 'Ada' },
    })
    expect(again.headers.get('cache-control')).toContain('no-store')
    await signIn(system, `2${email}`, password)
  })

  it('allows the pages of the shop to call it, and asks for no credentials', async () => {
    const origin = 'https://shop.kiosk.test'
    const preflight = await rawCall(system, '/v1/orders', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key,if-match',
      },
    })
    expect([200, 204]).toContain(preflight.status)
    const allowed = (name: string) => preflight.headers.get(`access-control-allow-${name}`) ?? ''
    expect(['*', origin]).toContain(allowed('origin'))
    expect(allowed('methods')).toContain('POST')
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-match']) {
      expect(allowed('headers').toLowerCase()).toContain(name)
    }
    expect(allowed('credentials')).not.toBe('true')
    const refused = await system.api('/v1/orders', {
      headers: { origin, ...idempotencyKey() },
      body: {},
    })
    expect(refused.status).toBe(401)
    expect(['*', origin]).toContain(refused.headers.get('access-control-allow-origin'))
    expect(refused.headers.get('access-control-expose-headers')).toContain('x-request-id')
  })
})
