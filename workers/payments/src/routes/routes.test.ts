import { PaymentView, RefundView } from '@kiosk/contracts/http/payments'
import { newEvent } from '@kiosk/kit/events'
import { newId } from '@kiosk/kit/ids'
import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runInDurableObject,
} from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bearer } from '../../../../tests/support/tokens.ts'
import { expectBooksInOrder, testEnv } from '../../test/shop.ts'
import worker from '../index.ts'

afterEach(expectBooksInOrder)

// The types of the platform do not know what this Worker exports.
const { default: self } = exports as unknown as { default: Fetcher }

interface Call {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

async function call(method: string, path: string, { token, body, headers }: Call = {}) {
  const response = await self.fetch(`http://payments${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: token }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, headers: response.headers, answer }
}

const key = () => ({ 'idempotency-key': crypto.randomUUID() })

async function pay(card: string, token: string, orderId = newId('order')) {
  const body = { orderId, token: card }
  return call('POST', '/v1/payments', { token, body, headers: key() })
}

async function statusOf(id: unknown, token: string): Promise<unknown> {
  return (await call('GET', `/v1/payments/${String(id)}`, { token })).answer['status']
}

const PATIENCE = { timeout: 8_000, interval: 100 }

/** Has the queue deliver, twice, that an order was cancelled. */
async function cancel(orderId: string) {
  const event = newEvent('order.cancelled', {
    subject: orderId,
    aggregateversion: 2,
    data: {
      orderId,
      number: '1',
      customerId: newId('user'),
      reservationId: newId('reservation'),
      lines: [],
      total: { amountMinor: 1999, currency: 'USD' },
      shippingAddress: {
        name: 'Ada',
        line1: '1 Street',
        city: 'Berlin',
        postalCode: '10115',
        country: 'DE',
      },
      reason: 'customer',
    },
  })
  const messages = [1, 2].map((attempts) => ({
    id: crypto.randomUUID(),
    timestamp: new Date(),
    attempts,
    body: event,
  }))
  const batch = createMessageBatch('kiosk-payments', messages)
  await worker.queue(batch, testEnv)
  return getQueueResult(batch, createExecutionContext())
}

describe('the cards of the simulated provider', () => {
  it.each([
    ['tok_ok', 'succeeded', undefined],
    ['tok_slow', 'succeeded', undefined],
    ['tok_declined', 'failed', 'card_declined'],
    ['tok_insufficient_funds', 'failed', 'insufficient_funds'],
    ['tok_3ds', 'requires_action', undefined],
    ['tok_no_answer', 'processing', undefined],
    ['tok_nobody_has', 'failed', 'invalid_token'],
    ['constructor', 'failed', 'invalid_token'],
    ['\u0000💳', 'failed', 'invalid_token'],
  ])('%s is %s', async (card, status, failureCode) => {
    const { status: http, answer } = await pay(card, await bearer(newId('user')))
    expect(http).toBe(201)
    const view = PaymentView.strict().parse(answer)
    expect(view).toMatchObject({ status, amount: { amountMinor: 1999, currency: 'USD' } })
    expect(view.failureCode).toBe(failureCode)
  })

  it('tok_3ds succeeds once it is confirmed, and stays so', async () => {
    const token = await bearer(newId('user'))
    const { answer } = await pay('tok_3ds', token)
    const path = `/v1/payments/${String(answer['id'])}/confirm`
    for (const body of [{}, {}, undefined]) {
      const confirmed = await call('POST', path, { token, body })
      expect(confirmed).toMatchObject({ status: 200, answer: { status: 'succeeded' } })
    }
  })

  it('tok_no_answer is settled by the signed webhook that the provider sends', async () => {
    const token = await bearer(newId('user'))
    const { answer } = await pay('tok_no_answer', token)
    const settled = async () => expect(await statusOf(answer['id'], token)).toBe('succeeded')
    await vi.waitFor(settled, PATIENCE)
  })
})

describe('reconciliation, by alarm', () => {
  // The provider has charged, but says nothing more.
  async function payUnheard(token: string, orderId: string) {
    const { answer } = await pay('tok_no_answer', token, orderId)
    const bank = testEnv.SIMULATED_PROVIDER.getByName(String(answer['id']))
    await runInDurableObject(bank, (_instance, state) => {
      state.storage.sql.exec('DELETE FROM webhooks')
    })
    return answer['id']
  }

  it('settles a payment whose webhook never comes', async () => {
    const token = await bearer(newId('user'))
    const id = await payUnheard(token, newId('order'))
    await vi.waitFor(async () => expect(await statusOf(id, token)).toBe('succeeded'), PATIENCE)
  })

  it('gives the money back when the order was cancelled meanwhile', async () => {
    const token = await bearer(newId('user'))
    const orderId = newId('order')
    const id = await payUnheard(token, orderId)
    await cancel(orderId)
    await vi.waitFor(async () => expect(await statusOf(id, token)).toBe('refunded'), PATIENCE)
  })
})

describe('who may do what', () => {
  it('nobody without a token, and only staff refunds', async () => {
    const id = newId('payment')
    const customer = await bearer(newId('user'))
    const refund = { reason: 'broken' }
    expect((await call('POST', '/v1/payments', { body: {} })).status).toBe(401)
    expect((await call('GET', `/v1/payments/${id}`)).status).toBe(401)
    expect((await call('POST', `/v1/payments/${id}/confirm`, { body: {} })).status).toBe(401)
    expect((await call('POST', `/v1/payments/${id}/refunds`, { body: refund })).status).toBe(401)
    const forbidden = await call('POST', `/v1/payments/${id}/refunds`, { token: customer })
    expect(forbidden.status).toBe(403)
  })

  it('another customer’s payment does not exist; staff sees and confirms it', async () => {
    const owner = await bearer(newId('user'))
    const stranger = await bearer(newId('user'))
    const staff = await bearer(newId('user'), 'staff')
    const { answer } = await pay('tok_3ds', owner)
    const path = `/v1/payments/${String(answer['id'])}`
    expect((await call('GET', path, { token: stranger })).status).toBe(404)
    expect((await call('POST', `${path}/confirm`, { token: stranger, body: {} })).status).toBe(404)
    expect((await call('GET', path, { token: staff })).answer).toEqual(answer)
    const confirmed = await call('POST', `${path}/confirm`, { token: staff, body: {} })
    expect(confirmed.answer['status']).toBe('succeeded')
  })

  it.each(['pay_0', 'x', '%00', newId('payment'), encodeURIComponent("' or 1=1 --")])(
    'what is no payment is 404: %s',
    async (id) => {
      const token = await bearer(newId('user'), 'staff')
      const path = `/v1/payments/${id}`
      expect((await call('GET', path, { token })).status).toBe(404)
      expect((await call('POST', `${path}/confirm`, { token, body: {} })).status).toBe(404)
      const refund = { token, body: { reason: 'x' }, headers: key() }
      expect((await call('POST', `${path}/refunds`, refund)).status).toBe(404)
    },
  )
})

describe('POST /v1/payments', () => {
  const orderId = newId('order')

  it.each([
    ['no token', { orderId }],
    ['a number for a token', { orderId, token: 1 }],
    ['an empty token', { orderId, token: '' }],
    ['a token of 10 kB', { orderId, token: 'x'.repeat(10_000) }],
    ['no order', { token: 'tok_ok' }],
    ['what is no order id', { orderId: 'ord_1', token: 'tok_ok' }],
    ['an order id of 10 kB', { orderId: `ord_${'0'.repeat(10_000)}`, token: 'tok_ok' }],
    ['a list', []],
    ['null', 'null'],
    ['no JSON', '{'],
  ])('refuses %s', async (_what, body) => {
    const token = await bearer(newId('user'))
    const refused = await call('POST', '/v1/payments', { token, body, headers: key() })
    expect(refused).toMatchObject({ status: 400, answer: { code: 'validation_failed' } })
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
  })

  it('needs an Idempotency-Key and JSON', async () => {
    const token = await bearer(newId('user'))
    const body = { orderId, token: 'tok_ok' }
    expect(await call('POST', '/v1/payments', { token, body })).toMatchObject({
      status: 400,
      answer: { code: 'idempotency_key_required' },
    })
    const headers = { ...key(), 'content-type': 'text/plain' }
    expect((await call('POST', '/v1/payments', { token, body, headers })).status).toBe(415)
  })

  it('marks a replayed answer, and refuses another body under the key', async () => {
    const token = await bearer(newId('user'))
    const body = { orderId: newId('order'), token: 'tok_ok' }
    const headers = key()
    const first = await call('POST', '/v1/payments', { token, body, headers })
    const second = await call('POST', '/v1/payments', { token, body, headers })
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second).toMatchObject({ status: 201, answer: first.answer })
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    const other = { ...body, token: 'tok_3ds' }
    expect(await call('POST', '/v1/payments', { token, body: other, headers })).toMatchObject({
      status: 422,
      answer: { code: 'idempotency_key_reused' },
    })
  })

  it('takes amount, status and customer from nobody but the order', async () => {
    const user = newId('user')
    const token = await bearer(user)
    const body = {
      orderId: newId('order'),
      token: 'tok_declined',
      amount: { amountMinor: 1, currency: 'USD' },
      status: 'succeeded',
      customerId: newId('user'),
    }
    const { answer } = await call('POST', '/v1/payments', { token, body, headers: key() })
    expect(answer).toMatchObject({ status: 'failed', amount: { amountMinor: 1999 } })
  })

  it('says what orders says', async () => {
    const token = await bearer(newId('user'))
    const unknown = newId('order').slice(0, -9) + 'XXXXXXXX0'
    const shipped = newId('order').slice(0, -9) + 'XXXXXXXX1'
    expect((await pay('tok_ok', token, unknown)).status).toBe(404)
    expect(await pay('tok_ok', token, shipped)).toMatchObject({
      status: 409,
      answer: { code: 'order_not_payable', detail: 'it is shipped' },
    })
  })

  it('never takes an order’s money twice, however often it is asked at once', async () => {
    const token = await bearer(newId('user'))
    const order = newId('order')
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => pay('tok_ok', token, order)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409])
  })
})

describe('POST /v1/payments/{id}/refunds', () => {
  it('refunds, and refuses what it must', async () => {
    const staff = await bearer(newId('user'), 'staff')
    const { answer: payment } = await pay('tok_ok', staff)
    const path = `/v1/payments/${String(payment['id'])}/refunds`
    const refund = (body: unknown) => call('POST', path, { token: staff, body, headers: key() })
    const amount = (amountMinor: unknown, currency = 'USD') => ({
      amount: { amountMinor, currency },
      reason: 'broken',
    })
    for (const bad of [0, -1, 0.5, 1e300, '1', null]) {
      expect((await refund(amount(bad))).status).toBe(400)
    }
    expect((await refund({})).status).toBe(400)
    expect((await refund({ reason: ' ' })).status).toBe(400)
    expect((await refund({ reason: 'x'.repeat(501) })).status).toBe(400)
    expect((await call('POST', path, { token: staff, body: amount(1) })).status).toBe(400)
    expect((await refund(amount(1, 'EUR'))).status).toBe(422)
    expect(await refund(amount(2000))).toMatchObject({
      status: 422,
      answer: { code: 'refund_exceeds_captured' },
    })
    const { status, answer } = await refund(amount(999))
    expect(status).toBe(201)
    expect(RefundView.strict().parse(answer)).toMatchObject({ status: 'succeeded' })
    expect(await statusOf(payment['id'], staff)).toBe('partially_refunded')
    expect((await refund({ reason: 'all of it' })).answer).toMatchObject({
      amount: { amountMinor: 1000, currency: 'USD' },
    })
    expect(await statusOf(payment['id'], staff)).toBe('refunded')
  })
})

describe('POST /v1/webhooks/payments/{provider}', () => {
  const { SIMULATED_WEBHOOK_SECRET } = env as unknown as { SIMULATED_WEBHOOK_SECRET: string }

  function deliver(
    event: unknown,
    { id = newId('event'), at = new Date(), secret = SIMULATED_WEBHOOK_SECRET } = {},
    provider = 'simulated',
  ) {
    const body = typeof event === 'string' ? event : JSON.stringify(event)
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    }
    return call('POST', `/v1/webhooks/payments/${provider}`, { body, headers })
  }

  it('takes a signed event once, however often it is sent', async () => {
    const token = await bearer(newId('user'))
    const { answer } = await pay('tok_3ds', token)
    const data = { key: answer['id'], charge: { status: 'succeeded' } }
    for (let time = 0; time < 3; time++) {
      const { status } = await deliver({ type: 'charge.updated', data }, { id: 'msg_1' })
      expect(status).toBe(204)
    }
    expect(await statusOf(answer['id'], token)).toBe('succeeded')
  })

  it('refuses what the provider did not sign just now', async () => {
    const event = { type: 'charge.updated', data: { key: 'x', charge: { status: 'succeeded' } } }
    const minutes = (count: number) => new Date(Date.now() + count * 60_000)
    const foreign = `whsec_${btoa('x'.repeat(32))}`
    const refusals = [
      await deliver(event, { secret: foreign }),
      await deliver(event, { at: minutes(-6) }),
      await deliver(event, { at: minutes(6) }),
      await call('POST', '/v1/webhooks/payments/simulated', { body: event }),
      await call('POST', '/v1/webhooks/payments/simulated', {
        body: event,
        headers: { 'webhook-id': 'x', 'webhook-timestamp': 'x', 'webhook-signature': 'v1' },
      }),
    ]
    for (const refused of refusals) {
      expect(refused).toMatchObject({ status: 401, answer: { code: 'invalid_signature' } })
    }
    expect((await deliver(event, { at: minutes(-4) })).status).toBe(204)
  })

  it('refuses a changed body', async () => {
    const id = 'msg_2'
    const at = new Date()
    const signature = new Webhook(SIMULATED_WEBHOOK_SECRET).sign(id, at, '{"a":1}')
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signature,
    }
    const changed = { body: '{"a":2}', headers }
    expect((await call('POST', '/v1/webhooks/payments/simulated', changed)).status).toBe(401)
  })

  it('refuses a signed body without sense, and ignores unknown kinds', async () => {
    for (const body of ['{', 'null', '[]', '{}', { type: 'charge.updated', data: {} }]) {
      expect((await deliver(body)).status).toBe(400)
    }
    expect((await deliver({ type: 'payout.paid', data: {} })).status).toBe(204)
  })

  it.each(['nobody', 'constructor', '__proto__'])('does not know %s', async (provider) => {
    expect((await deliver({}, {}, provider)).status).toBe(404)
  })
})

describe('order.cancelled', () => {
  it('arrives by queue, twice, and the money goes back once', async () => {
    const token = await bearer(newId('user'))
    const orderId = newId('order')
    const { answer } = await pay('tok_ok', token, orderId)
    const { explicitAcks } = await cancel(orderId)
    expect(explicitAcks).toHaveLength(2)
    const settled = async () => expect(await statusOf(answer['id'], token)).toBe('refunded')
    await vi.waitFor(settled, PATIENCE)
    expect((await pay('tok_ok', token, orderId)).answer['code']).toBe('order_not_payable')
  })
})

it('is ready once its database is migrated', async () => {
  expect(await call('GET', '/readyz')).toMatchObject({
    status: 200,
    answer: { checks: { migrated: true } },
  })
})
