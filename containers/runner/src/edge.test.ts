import { expect, test } from 'vitest'
import { headersFor } from './edge.ts'

test('says who asks, whatever a client says of itself', () => {
  const headers = headersFor({ 'cf-connecting-ip': '6.6.6.6' }, '::ffff:10.0.0.7', false)
  expect(headers['cf-connecting-ip']).toBe('10.0.0.7')
})

test('believes the proxy in front when there is one, and only what it has seen itself', () => {
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' }
  expect(headersFor(forwarded, '10.0.0.7', true)['cf-connecting-ip']).toBe('203.0.113.9')
  expect(headersFor(forwarded, '10.0.0.7', false)['cf-connecting-ip']).toBe('10.0.0.7')
  expect(headersFor({}, '10.0.0.7', true)['cf-connecting-ip']).toBe('10.0.0.7')
})

test('passes on nothing that speaks to the simulator or is about the connection', () => {
  const headers = headersFor(
    { 'mf-original-url': 'http://x', 'cf-ray': '1', connection: 'close', accept: '*/*' },
    undefined,
    false,
  )
  expect(headers).toEqual({ accept: '*/*' })
})
