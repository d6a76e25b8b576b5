import { NotificationView, Preferences } from '@kiosk/contracts/http/notifications'
import { newId } from '@kiosk/kit/ids'
import { describe, expect, it } from 'vitest'
import { bearer } from '../../../../tests/support/tokens.ts'
import {
  eventOf,
  handle,
  knownUser,
  orderFacts,
  paymentFacts,
  quietDeps,
  testEnv,
} from '../../test/fixtures.ts'
import { app } from '../app.ts'

const deps = quietDeps()
const PREFERENCES = '/v1/notifications/preferences'

async function call(path: string, token?: string, method = 'GET', body?: string) {
  const response = await app.request(
    path,
    {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    },
    testEnv,
  )
  const answer: Record<string, unknown> = await response.json()
  return { status: response.status, answer }
}

async function list(path: string, token: string) {
  const { status, answer } = await call(path, token)
  expect(status).toBe(200)
  const { items, nextCursor } = answer as { items: unknown[]; nextCursor: string | null }
  return { items: items.map((item) => NotificationView.strict().parse(item)), nextCursor }
}

async function customerWithMessages() {
  const ada = await knownUser(deps, { phone: '+4930123456' })
  const order = orderFacts(ada.userId)
  await handle(deps, eventOf('order.placed', order))
  await handle(deps, eventOf('payment.succeeded', paymentFacts(ada.userId)))
  await handle(deps, eventOf('order.shipped', order))
  return { ada, order, token: await bearer(ada.userId) }
}

describe('GET /v1/notifications', () => {
  it('answers own messages as the contract describes, newest first', async () => {
    const { order, token } = await customerWithMessages()
    const { items, nextCursor } = await list('/v1/notifications?channel=email', token)
    expect(items.map(({ template }) => template)).toEqual([
      'order_shipped',
      'payment_succeeded',
      'order_placed',
    ])
    expect(items[0]).toMatchObject({
      channel: 'email',
      to: 'ada@kiosk.test',
      subject: expect.any(String),
      html: expect.any(String),
      orderId: order.orderId,
      status: 'pending',
    })
    expect(nextCursor).toBeNull()
  })

  it('an SMS has no subject and no HTML', async () => {
    const { token } = await customerWithMessages()
    const { items } = await list('/v1/notifications?channel=sms&limit=1', token)
    expect(items[0]).toMatchObject({ to: '+4930123456' })
    expect(items[0]).not.toHaveProperty('subject')
    expect(items[0]).not.toHaveProperty('html')
  })

  it('filters by order and template', async () => {
    const { order, token } = await customerWithMessages()
    const of = await list(`/v1/notifications?orderId=${order.orderId}`, token)
    expect(of.items).toHaveLength(4)
    const placed = await list('/v1/notifications?template=order_placed&channel=email', token)
    expect(placed.items).toMatchObject([{ template: 'order_placed' }])
  })

  it('pages through everything once', async () => {
    const { token } = await customerWithMessages()
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = await list(`/v1/notifications?limit=4${query}`, token)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    const { items } = await list('/v1/notifications?limit=100', token)
    expect(seen).toEqual(items.map(({ id }) => id))
    expect(new Set(seen).size).toBe(6)
  })

  it('shows nobody else’s messages, not even to staff', async () => {
    await customerWithMessages()
    const stranger = await list('/v1/notifications', await bearer(newId('user')))
    const staff = await list('/v1/notifications', await bearer(newId('user'), 'admin'))
    expect([...stranger.items, ...staff.items]).toEqual([])
  })

  it('leaves out what a person did not want', async () => {
    const { ada, token } = await customerWithMessages()
    const quiet = JSON.stringify({
      email: { orders: false, payments: true },
      sms: { orders: false, payments: true },
    })
    await call(PREFERENCES, token, 'PUT', quiet)
    await handle(deps, eventOf('order.delivered', orderFacts(ada.userId)))
    const { items } = await list('/v1/notifications?template=order_delivered', token)
    expect(items).toEqual([])
  })

  it.each([
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=ten',
    'cursor=x',
    'cursor=',
    `cursor=${'x'.repeat(1_001)}`,
    `cursor=${btoa('["ntf_x"]')}`,
    `cursor=${btoa('[1,2]')}`,
    `cursor=${btoa('{}')}`,
    'orderId=x',
    'orderId=%00',
    'channel=pigeon',
    'template=unknown',
  ])('refuses %.40s', async (query) => {
    const { status, answer } = await call(`/v1/notifications?${query}`, await bearer(newId('user')))
    expect([status, answer['code']]).toEqual([400, 'validation_failed'])
  })
})

describe('preferences', () => {
  const chosen = {
    email: { orders: true, payments: false },
    sms: { orders: false, payments: true },
  }

  it('are everything until chosen, then what was chosen', async () => {
    const token = await bearer(newId('user'))
    expect(Preferences.strict().parse((await call(PREFERENCES, token)).answer)).toEqual({
      email: { orders: true, payments: true },
      sms: { orders: true, payments: true },
    })
    const hostile = { ...chosen, userId: newId('user'), role: 'admin' }
    const put = await call(PREFERENCES, token, 'PUT', JSON.stringify(hostile))
    expect([put.status, put.answer]).toEqual([200, chosen])
    await call(PREFERENCES, token, 'PUT', JSON.stringify(chosen))
    expect((await call(PREFERENCES, token)).answer).toEqual(chosen)
  })

  it('are one person’s', async () => {
    const token = await bearer(newId('user'))
    await call(PREFERENCES, token, 'PUT', JSON.stringify(chosen))
    const other = await call(PREFERENCES, await bearer(newId('user')))
    expect(other.answer).not.toEqual(chosen)
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '"x"',
    '{"email":{"orders":true,"payments":true}}',
    '{"email":{"orders":"yes","payments":true},"sms":{"orders":true,"payments":true}}',
    '{"email":{"orders":1,"payments":true},"sms":{"orders":true,"payments":true}}',
    '{"email":null,"sms":null}',
  ])('refuse the body %s', async (body) => {
    const { status, answer } = await call(PREFERENCES, await bearer(newId('user')), 'PUT', body)
    expect([status, answer['code']]).toEqual([400, 'validation_failed'])
  })
})

it.each([
  ['GET', '/v1/notifications?limit=0'],
  ['GET', PREFERENCES],
  ['PUT', PREFERENCES],
])('%s %s asks for a token before anything else', async (method, path) => {
  for (const token of [undefined, 'Bearer x.y.z', 'Basic eDp5']) {
    expect(await call(path, token, method)).toMatchObject({
      status: 401,
      answer: { code: 'unauthorized' },
    })
  }
})

it('is ready when its tables exist and its providers have what they need', async () => {
  expect(await call('/readyz')).toEqual({
    status: 200,
    answer: { status: 'ready', checks: { migrated: true } },
  })
  const response = await app.request('/readyz', {}, { ...testEnv, SMS_PROVIDER: 'twilio' })
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({
    checks: { migrated: true, TWILIO_AUTH_TOKEN: false },
  })
})
