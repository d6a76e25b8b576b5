import { describe, expect, it } from 'vitest'
import { type Exchange, expectDocumented } from './documented.ts'

const money = { amountMinor: 1999, currency: 'USD' }
const payment = {
  id: 'pay_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  orderId: 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  amount: money,
  refundedAmount: { ...money, amountMinor: 0 },
  status: 'succeeded',
  createdAt: '2026-11-20T12:00:00.000Z',
}
const missing = {
  type: 'https://kiosk.example/problems/not_found',
  title: 'There is no such resource',
  status: 404,
  code: 'not_found',
  detail: 'There is no such payment',
  requestId: 'r1',
}
const COMMON = {
  'x-request-id': 'r1',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
}

function answer(change: Partial<Exchange>, headers: Record<string, string> = {}): Exchange {
  const type = (change.status ?? 200) < 400 ? 'application/json' : 'application/problem+json'
  return {
    method: 'GET',
    path: '/v1/payments/pay_1',
    status: 200,
    body: payment,
    ...change,
    headers: new Headers({ ...COMMON, 'content-type': type, ...headers }),
  }
}

describe('an answer as documented', () => {
  it.each([
    ['what was asked for', answer({})],
    ['a refusal', answer({ status: 404, body: missing })],
    ['a page', answer({ path: '/docs', body: '<!doctype html>' }, { 'content-type': 'text/html' })],
    ['no body', answer({ method: 'POST', path: '/v1/auth/logout', status: 204, body: null })],
    ['404 where nothing is', answer({ path: '/v1/nothing', status: 404, body: missing })],
  ])('passes: %s', (_, exchange) => {
    expectDocumented(exchange)
  })
})

describe('an answer that is not as documented', () => {
  it.each([
    ['another status', answer({ status: 202 }), 'the status is not among those of getPayment'],
    [
      'a field that is missing',
      answer({ body: { ...payment, orderId: undefined } }),
      "body must have required property 'orderId'",
    ],
    [
      'a field that nobody was told of',
      answer({ body: { ...payment, amount: { ...money, cost: 7 } } }),
      'body/amount must NOT have unevaluated properties {"unevaluatedProperty":"cost"}',
    ],
    [
      'a value out of range',
      answer({ body: { ...payment, status: 'lost' } }),
      'body/status must be',
    ],
    [
      'a code that the call does not have',
      answer({ status: 404, body: { ...missing, code: 'slug_taken' } }),
      'body/code must be equal to one of the allowed values {"allowedValues":["not_found"]}',
    ],
    [
      'another media type',
      answer({ body: 'x' }, { 'content-type': 'text/plain' }),
      'the media type is "text/plain", not application/json',
    ],
    [
      'a header that is missing',
      answer({ status: 503, body: { ...missing, status: 503, code: 'unavailable' } }),
      'the header Retry-After is missing',
    ],
    ['a header of another form', answer({}, { traceparent: 'x' }), 'the header traceparent is "x"'],
    [
      'an answer where nothing is',
      answer({ path: '/v1/nothing' }),
      'no operation of the document has this method and path',
    ],
  ])('fails: %s', (_, exchange, message) => {
    expect(() => expectDocumented(exchange)).toThrow(message)
    expect(() => expectDocumented(exchange)).toThrow(`${exchange.path} answered ${exchange.status}`)
  })
})
