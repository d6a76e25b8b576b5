import { describe, expect, it } from 'vitest'
import { json, noAnswer, problem, shopThatAnswers } from '../test/shop.ts'
import {
  adjustStock,
  cancelOrder,
  getMe,
  initiatePayment,
  isProblem,
  listCategories,
  listProducts,
  login,
  logout,
  placeOrder,
  ProblemError,
  refundPayment,
} from './index.ts'

const shippingAddress = {
  name: 'Ada',
  line1: 'Street 1',
  city: 'B',
  postalCode: '1',
  country: 'DE',
}
const order = { lines: [{ sku: 'TEE', quantity: 1 }], shippingAddress }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const never = { retry: { limit: 0 } }

describe('idempotency keys', () => {
  it('are made for the calls that take one, new for each call', async () => {
    const { kiosk, got } = shopThatAnswers([json(201, {})])
    await placeOrder({ client: kiosk, body: order })
    await placeOrder({ client: kiosk, body: order })
    await initiatePayment({ client: kiosk, body: { orderId: 'ord_1', token: 'tok_ok' } })
    await refundPayment({ client: kiosk, path: { id: 'pay_1' }, body: { reason: 'broken' } })
    const keys = got.map(({ headers }) => headers.get('idempotency-key'))
    expect(keys).toEqual(Array(4).fill(expect.stringMatching(UUID)))
    expect(new Set(keys).size).toBe(4)
  })

  it('may be the caller’s', async () => {
    const { kiosk, got } = shopThatAnswers([json(201, {})])
    await placeOrder({ client: kiosk, body: order, headers: { 'Idempotency-Key': 'basket-7' } })
    expect(got[0]?.headers.get('idempotency-key')).toBe('basket-7')
  })

  it('are not sent where nothing heeds them', async () => {
    const { kiosk, got } = shopThatAnswers([json(200, {})])
    await adjustStock({
      client: kiosk,
      path: { sku: 'TEE' },
      body: { delta: 1, reason: 'found' },
    })
    await getMe({ client: kiosk })
    expect(got.some(({ headers }) => headers.has('idempotency-key'))).toBe(false)
  })
})

describe('the access token', () => {
  it('goes with the calls that have a use for it', async () => {
    const { kiosk, got } = shopThatAnswers([json(200, {})], { accessToken: 'secret' })
    await getMe({ client: kiosk })
    await listProducts({ client: kiosk, query: { status: 'draft' } })
    await listCategories({ client: kiosk })
    await login({ client: kiosk, body: { email: 'ada@kiosk.example', password: 'x' } })
    expect(got.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer secret',
      'Bearer secret',
      null,
      null,
    ])
  })

  it('is asked for before each call', async () => {
    const tokens = ['first', 'second']
    const accessToken = () => Promise.resolve(tokens.shift())
    const { kiosk, got } = shopThatAnswers([json(200, {})], { accessToken })
    for (const _ of [1, 2, 3]) await getMe({ client: kiosk })
    expect(got.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer first',
      'Bearer second',
      null,
    ])
  })
})

describe('an answer', () => {
  it('is its body', async () => {
    const { kiosk, got } = shopThatAnswers([json(200, { items: [], nextCursor: null })])
    const page = await listProducts({ client: kiosk, query: { q: 'blue tea', limit: 2 } })
    expect(page).toEqual({ items: [], nextCursor: null })
    expect(got[0]?.url).toBe('https://shop.example/v1/products?q=blue%20tea&limit=2')
  })

  it('may have none', async () => {
    const { kiosk } = shopThatAnswers([() => new Response(null, { status: 204 })])
    await expect(logout({ client: kiosk, body: { refreshToken: 'x' } })).resolves.toEqual({})
  })

  it('to a call without a body has no content type to go by', async () => {
    const { kiosk, got } = shopThatAnswers([json(200, {})])
    await cancelOrder({ client: kiosk, path: { id: 'ord_1' } })
    expect(got[0]).toMatchObject({ method: 'POST', body: '' })
    expect(got[0]?.headers.has('content-type')).toBe(false)
  })
})

describe('a refusal', () => {
  it('is a ProblemError with all that it says', async () => {
    const shortages = [{ sku: 'TEE', requested: 5, available: 2 }]
    const { kiosk } = shopThatAnswers([problem(409, 'insufficient_stock', { shortages })])
    const error = await refusalOf(placeOrder({ client: kiosk, body: order }))
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({
      name: 'ProblemError',
      message: 'POST /v1/orders answered 409 insufficient_stock: so it is',
      code: 'insufficient_stock',
      status: 409,
      detail: 'so it is',
      requestId: 'r-1',
      shortages,
      errors: [],
    })
  })

  it('names the fields that are wrong', async () => {
    const errors = [{ path: 'lines.0.quantity', message: 'must be at least 1' }]
    const { kiosk } = shopThatAnswers([problem(400, 'validation_failed', { errors })])
    const error = await refusalOf(placeOrder({ client: kiosk, body: order }))
    expect(isProblem(error, 'validation_failed') && error.errors).toEqual(errors)
  })

  it('that is not Kiosk’s is one too', async () => {
    const headers = { 'content-type': 'text/html', 'x-request-id': 'r-2' }
    const page = () => new Response('<h1>Bad gateway</h1>', { status: 502, headers })
    const { kiosk } = shopThatAnswers([page], never)
    const error = await refusalOf(getMe({ client: kiosk }))
    expect(error).toMatchObject({ code: 'unexpected_answer', status: 502, requestId: 'r-2' })
  })

  it('is told by its code, and the compiler knows which there are', async () => {
    const { kiosk } = shopThatAnswers([problem(404, 'not_found')])
    const error = await refusalOf(getMe({ client: kiosk }))
    expect(isProblem(error)).toBe(true)
    expect(isProblem(error, 'conflict', 'not_found')).toBe(true)
    expect(isProblem(error, 'conflict')).toBe(false)
    expect(isProblem(new TypeError('not_found'))).toBe(false)
    // @ts-expect-error -- no problem has this code
    expect(isProblem(error, 'not_fuond')).toBe(false)
    if (isProblem(error, 'conflict', 'not_found')) {
      const code: 'conflict' | 'not_found' = error.code
      expect(code).toBe('not_found')
    }
  })
})

it('no answer at all is what fetch throws', async () => {
  const { kiosk } = shopThatAnswers([noAnswer], never)
  await expect(getMe({ client: kiosk })).rejects.toThrow(new TypeError('fetch failed'))
})

it('a page that a wrong address answers is an error, though it is a 200', async () => {
  const headers = { 'content-type': 'text/html' }
  const { kiosk } = shopThatAnswers([() => new Response('<h1>Hello</h1>', { headers })])
  const error = await refusalOf(getMe({ client: kiosk }))
  expect(error).toMatchObject({ code: 'unexpected_answer', status: 200 })
})

async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('it was not refused')
}
