import { OrderView } from '@kiosk/contracts/http/orders'
import { newId } from '@kiosk/kit/ids'
import { describe, expect, it } from 'vitest'
import { bearer } from '../../../../tests/support/tokens.ts'
import { address, fakeEnv, paymentEvent, placedOrder } from '../../test/fakes.ts'
import { app } from '../app.ts'
import { settlePaidOrder } from '../operations/settle-paid-order.ts'

const { env, deps, inventory } = fakeEnv()
const body = { lines: [{ sku: 'TEE', quantity: 1 }], shippingAddress: address }

interface Call {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

async function call(method: string, path: string, { token, body: sent, headers }: Call = {}) {
  const response = await app.request(
    path,
    {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: token }),
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    },
    env,
  )
  const answer: Record<string, unknown> = await response.json()
  return { status: response.status, headers: response.headers, answer }
}

const key = () => ({ 'idempotency-key': crypto.randomUUID() })

describe('POST /v1/orders', () => {
  it('answers the order that its contract describes, priced by the server', async () => {
    const token = await bearer(newId('user'))
    const lines = [{ sku: 'TEE', quantity: 2, unitPrice: { amountMinor: 1, currency: 'USD' } }]
    const sent = { ...body, lines, customerId: newId('user'), status: 'processing', total: 0 }
    const { status, answer } = await call('POST', '/v1/orders', {
      token,
      body: sent,
      headers: key(),
    })
    expect(status).toBe(201)
    expect(OrderView.strict().parse(answer)).toMatchObject({
      status: 'pending',
      paymentStatus: 'unpaid',
      total: { amountMinor: 3998, currency: 'USD' },
      shipping: { amountMinor: 0, currency: 'USD' },
    })
  })

  it('marks a replayed answer', async () => {
    const token = await bearer(newId('user'))
    const headers = key()
    const first = await call('POST', '/v1/orders', { token, body, headers })
    const second = await call('POST', '/v1/orders', { token, body, headers })
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.answer).toEqual(first.answer)
  })

  it.each([
    ['no lines', { ...body, lines: [] }],
    ['51 lines', { ...body, lines: Array(51).fill(body.lines[0]) }],
    ['quantity 0', { ...body, lines: [{ sku: 'TEE', quantity: 0 }] }],
    ['a negative quantity', { ...body, lines: [{ sku: 'TEE', quantity: -1 }] }],
    ['half a tee', { ...body, lines: [{ sku: 'TEE', quantity: 0.5 }] }],
    ['a huge quantity', { ...body, lines: [{ sku: 'TEE', quantity: 1e300 }] }],
    ['a quantity in words', { ...body, lines: [{ sku: 'TEE', quantity: '1' }] }],
    ['a SKU of 10 kB', { ...body, lines: [{ sku: 'x'.repeat(10_000), quantity: 1 }] }],
    ['SQL for a SKU', { ...body, lines: [{ sku: "'; drop table orders", quantity: 1 }] }],
    ['no address', { lines: body.lines }],
    ['a country that is none', { ...body, shippingAddress: { ...address, country: 'Narnia' } }],
    ['a list', []],
    ['null', null],
  ])('refuses %s with 400', async (_name, sent) => {
    const token = await bearer(newId('user'))
    const { status, answer } = await call('POST', '/v1/orders', {
      token,
      body: sent,
      headers: key(),
    })
    expect(status).toBe(400)
    expect(answer).toMatchObject({ code: 'validation_failed', errors: expect.any(Array) })
  })

  it.each([
    ['unknown_sku', { ...body, lines: [{ sku: 'NOPE', quantity: 1 }] }],
    ['mixed_currencies', { ...body, lines: ['TEE', 'TEA'].map((sku) => ({ sku, quantity: 1 })) }],
  ])('answers 422 %s', async (code, sent) => {
    const token = await bearer(newId('user'))
    const { status, answer } = await call('POST', '/v1/orders', {
      token,
      body: sent,
      headers: key(),
    })
    expect({ status, code: answer['code'] }).toEqual({ status: 422, code })
  })

  it('names the shortages', async () => {
    const shortages = [{ sku: 'TEE', requested: 1, available: 0 }]
    inventory.shortages = shortages
    const token = await bearer(newId('user'))
    const refused = await call('POST', '/v1/orders', { token, body, headers: key() })
    inventory.shortages = []
    expect(refused.status).toBe(409)
    expect(refused.answer).toMatchObject({ code: 'insufficient_stock', shortages })
  })

  it('wants a key, JSON and a token', async () => {
    const token = await bearer(newId('user'))
    const noKey = await call('POST', '/v1/orders', { token, body })
    expect(noKey.answer).toMatchObject({ status: 400, code: 'idempotency_key_required' })
    const text = { 'content-type': 'text/plain', ...key() }
    const notJson = await call('POST', '/v1/orders', { token, body, headers: text })
    expect(notJson.answer).toMatchObject({ status: 415, code: 'unsupported_media_type' })
    const nobody = await call('POST', '/v1/orders', { body, headers: key() })
    expect(nobody.answer).toMatchObject({ status: 401, code: 'unauthorized' })
  })
})

describe('reading orders', () => {
  it('another customer’s order is a 404, on every route', async () => {
    const order = await placedOrder(deps)
    const token = await bearer(newId('user'))
    const path = `/v1/orders/${order.id}`
    const answers = [
      await call('GET', path, { token }),
      await call('GET', `${path}/timeline`, { token }),
      await call('POST', `${path}/cancel`, { token, body: {} }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  })

  it('what is no id is a 404', async () => {
    const token = await bearer(newId('user'))
    expect((await call('GET', '/v1/orders/%00', { token })).status).toBe(404)
    expect((await call('GET', '/v1/orders/nope', { token })).status).toBe(404)
  })

  it('lists one’s own, newest first, page by page without gaps', async () => {
    const customer = newId('user')
    const token = await bearer(customer)
    const placed: string[] = []
    for (let n = 0; n < 5; n++) {
      placed.unshift((await placedOrder(deps, customer)).id)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await placedOrder(deps)
    const seen: string[] = []
    let cursor = ''
    do {
      const path = `/v1/orders?limit=2${cursor && `&cursor=${cursor}`}`
      const { answer } = await call('GET', path, { token })
      seen.push(...(answer['items'] as { id: string }[]).map(({ id }) => id))
      cursor = (answer['nextCursor'] as string | null) ?? ''
    } while (cursor !== '')
    expect(seen).toEqual(placed)
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'status=paid'])(
    'refuses ?%s',
    async (query) => {
      const token = await bearer(newId('user'))
      expect((await call('GET', `/v1/orders?${query}`, { token })).status).toBe(400)
    },
  )

  it('staff reads everybody’s, and a customer cannot ask for another’s list', async () => {
    const order = await placedOrder(deps)
    const staff = await bearer(newId('user'), 'staff')
    const query = `/v1/orders?customerId=${order.customerId}`
    expect((await call('GET', query, { token: staff })).answer).toMatchObject({
      items: [{ id: order.id }],
    })
    const token = await bearer(newId('user'))
    expect((await call('GET', query, { token })).answer).toMatchObject({ items: [] })
  })
})

describe('changing orders', () => {
  it('a customer cancels an order once', async () => {
    const order = await placedOrder(deps)
    const token = await bearer(order.customerId)
    const path = `/v1/orders/${order.id}/cancel`
    const cancelled = await call('POST', path, { token, body: { reason: 'changed my mind' } })
    expect(cancelled.answer).toMatchObject({ status: 'cancelled', cancelReason: 'customer' })
    expect((await call('POST', path, { token, body: {} })).answer).toMatchObject({
      status: 409,
      code: 'illegal_transition',
    })
  })

  it('staff ships with a tracking number, then delivers; customers may not', async () => {
    const order = await placedOrder(deps)
    await settlePaidOrder(deps, paymentEvent('payment.succeeded', order))
    const path = `/v1/orders/${order.id}/status`
    const tracking = { carrier: 'DHL', number: '1' }
    const shipped = { status: 'shipped', tracking }
    const owner = await bearer(order.customerId)
    expect((await call('PATCH', path, { token: owner, body: shipped })).status).toBe(403)
    const token = await bearer(newId('user'), 'staff')
    expect((await call('PATCH', path, { token, body: shipped })).answer).toMatchObject(shipped)
    const delivered = await call('PATCH', path, { token, body: { status: 'delivered' } })
    expect(delivered.answer).toMatchObject({ status: 'delivered', tracking })
    const timeline = await call('GET', `/v1/orders/${order.id}/timeline`, { token })
    expect(timeline.answer).toMatchObject({
      items: ['placed', 'confirmed', 'shipped', 'delivered'].map((what) => ({
        type: `order.${what}`,
      })),
    })
  })

  it.each(['pending', 'processing', 'delivered'])('staff cannot make it %s', async (status) => {
    const order = await placedOrder(deps)
    const token = await bearer(newId('user'), 'staff')
    const path = `/v1/orders/${order.id}/status`
    expect((await call('PATCH', path, { token, body: { status } })).answer).toMatchObject({
      status: 409,
      code: 'illegal_transition',
    })
  })
})
