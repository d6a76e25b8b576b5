import { beforeEach, describe, expect, it, vi } from 'vitest'
import { json, noAnswer, problem, shopThatAnswers, skipWaits } from '../test/shop.ts'
import { adjustStock, getMe, placeOrder, setStock, updateMe } from './index.ts'

const shippingAddress = {
  name: 'Ada',
  line1: 'Street 1',
  city: 'B',
  postalCode: '1',
  country: 'DE',
}
const order = { lines: [{ sku: 'TEE', quantity: 1 }], shippingAddress }
const path = { sku: 'TEE' }
const placed = json(201, { id: 'ord_1' })
const me = json(200, { id: 'usr_1' })

const busy = problem(429, 'too_many_requests', {}, { 'retry-after': '2' })
const away = problem(503, 'unavailable', {}, { 'retry-after': '2' })

let waits: number[]
beforeEach(() => {
  waits = skipWaits()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

describe('what is repeated', () => {
  it.each([
    ['429', busy],
    ['502', json(502, {})],
    ['503', away],
    ['504', () => new Response('gone', { status: 504 })],
    ['no answer', noAnswer],
  ])('a GET after %s', async (_, answer) => {
    const { kiosk, got } = shopThatAnswers([answer, me])
    expect(await getMe({ client: kiosk })).toEqual({ id: 'usr_1' })
    expect(got).toHaveLength(2)
  })

  it('a PUT, with the same body', async () => {
    const { kiosk, got } = shopThatAnswers([noAnswer, json(200, {})])
    await setStock({ client: kiosk, path, body: { onHand: 3 } })
    expect(got.map(({ body }) => body)).toEqual(['{"onHand":3}', '{"onHand":3}'])
  })

  it.each([
    ['429', busy],
    ['502', json(502, {})],
    ['503', away],
    ['no answer', noAnswer],
    ['409 request_in_progress', problem(409, 'request_in_progress')],
  ])('an order after %s, with the same key and body', async (_, answer) => {
    const { kiosk, got } = shopThatAnswers([answer, answer, placed])
    await placeOrder({ client: kiosk, body: order })
    const keys = got.map(({ headers }) => headers.get('idempotency-key'))
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    expect(new Set(got.map(({ body }) => body)).size).toBe(1)
  })

  it('a change without a key after 429, which did nothing', async () => {
    const { kiosk, got } = shopThatAnswers([busy, json(200, {})])
    await adjustStock({ client: kiosk, path, body: { delta: 1, reason: 'found' } })
    expect(got).toHaveLength(2)
  })

  it('a call whose answer broke off', async () => {
    const broken = () =>
      new ReadableStream({ pull: (controller) => controller.error(new TypeError('cut')) })
    const { kiosk, got } = shopThatAnswers([() => new Response(broken()), me])
    expect(await getMe({ client: kiosk })).toEqual({ id: 'usr_1' })
    expect(got).toHaveLength(2)
  })

  it('a call that took too long', async () => {
    const signals: AbortSignal[] = []
    async function fetch({ signal }: Request): Promise<Response> {
      signals.push(signal)
      if (signals.length > 1) return me()
      return await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      )
    }
    const { kiosk } = shopThatAnswers([], { fetch, timeoutMs: 10 })
    expect(await getMe({ client: kiosk })).toEqual({ id: 'usr_1' })
    expect(signals).toHaveLength(2)
  })
})

describe('what is not repeated', () => {
  it.each([
    ['no answer', noAnswer, 'fetch failed'],
    ['502', json(502, {}), 'answered 502'],
    ['503', away, 'answered 503'],
    ['504', json(504, {}), 'answered 504'],
  ])('a POST or PATCH without a key after %s: it may have worked', async (_, answer, message) => {
    const { kiosk, got } = shopThatAnswers([answer])
    const body = { delta: 1, reason: 'found' }
    await expect(adjustStock({ client: kiosk, path, body })).rejects.toThrow(message)
    await expect(updateMe({ client: kiosk, body: { name: 'Ada' } })).rejects.toThrow(message)
    expect(got).toHaveLength(2)
  })

  it.each([
    ['another conflict', 'insufficient_stock', problem(409, 'insufficient_stock')],
    ['a refusal', 'unknown_sku', problem(422, 'unknown_sku')],
    ['a bug', 'internal_error', problem(500, 'internal_error')],
  ])('%s', async (_, code, answer) => {
    const { kiosk, got } = shopThatAnswers([answer])
    await expect(placeOrder({ client: kiosk, body: order })).rejects.toMatchObject({ code })
    expect(got).toHaveLength(1)
  })

  it('what fails more often than the limit', async () => {
    const { kiosk, got } = shopThatAnswers([away], { retry: { limit: 2 } })
    await expect(getMe({ client: kiosk })).rejects.toMatchObject({ code: 'unavailable' })
    expect(got).toHaveLength(3)
  })

  it('anything, if the limit is 0', async () => {
    const { kiosk, got } = shopThatAnswers([away], { retry: { limit: 0 } })
    await expect(getMe({ client: kiosk })).rejects.toMatchObject({ code: 'unavailable' })
    expect(got).toHaveLength(1)
  })

  it('what asks for a longer wait than the longest', async () => {
    const { kiosk, got } = shopThatAnswers([busy], { retry: { maxDelayMs: 1999 } })
    const call = getMe({ client: kiosk })
    await expect(call).rejects.toMatchObject({ code: 'too_many_requests', retryAfterMs: 2000 })
    expect(got).toHaveLength(1)
  })
})

describe('the wait', () => {
  it('doubles, with full jitter', async () => {
    const { kiosk } = shopThatAnswers([noAnswer, noAnswer, noAnswer, me])
    await getMe({ client: kiosk })
    expect(waits).toEqual([125, 250, 500])
  })

  it('is never longer than the longest', async () => {
    const retry = { maxDelayMs: 300 }
    const { kiosk } = shopThatAnswers([noAnswer, noAnswer, noAnswer, me], { retry })
    await getMe({ client: kiosk })
    expect(waits).toEqual([125, 250, 300])
  })

  it('is at least what the answer asks for', async () => {
    const { kiosk } = shopThatAnswers([busy, away, me])
    await getMe({ client: kiosk })
    expect(waits).toEqual([2125, 2250])
  })

  it('is ended by the caller’s signal', async () => {
    vi.restoreAllMocks()
    const { kiosk, got } = shopThatAnswers([busy, me])
    const controller = new AbortController()
    const call = getMe({ client: kiosk, signal: controller.signal })
    await vi.waitFor(() => expect(got).toHaveLength(1))
    controller.abort(new Error('changed my mind'))
    await expect(call).rejects.toThrow('changed my mind')
    expect(got).toHaveLength(1)
  })
})

it('a call that its caller ended is not repeated', async () => {
  const { kiosk, got } = shopThatAnswers([me])
  const signal = AbortSignal.abort(new Error('never mind'))
  await expect(getMe({ client: kiosk, signal })).rejects.toThrow('never mind')
  expect(got).toHaveLength(0)
  expect(waits).toEqual([])
})
