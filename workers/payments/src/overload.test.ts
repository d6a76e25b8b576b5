import { newId } from '@kiosk/kit/ids'
import { afterEach, expect, it } from 'vitest'
import { type Call, refusals } from '../../../tests/support/overload.ts'
import { expectBooksInOrder, testEnv } from '../test/shop.ts'
import { app } from './app.ts'

afterEach(expectBooksInOrder)

// A claim whose outcome is not known is free again soon.
const env = { ...testEnv, PAYMENT_LEASE_MS: '50' }

it.each(['DB', 'RELAY', 'RECONCILER', 'ORDERS_RPC'] as const)(
  'an overload of %s is 503 and never a lost payment',
  async (binding) => {
    const paying = (): Call => ({
      route: 'POST /v1/payments',
      as: 'customer',
      userId: newId('user'),
      headers: { 'idempotency-key': crypto.randomUUID() },
      body: { orderId: newId('order'), token: 'tok_ok' },
    })
    expect(await refusals(app, env, binding, paying)).toBeGreaterThan(0)
  },
)

it('an overload of the simulated provider is a payment without an answer yet', async () => {
  const paying = (): Call => ({
    route: 'POST /v1/payments',
    as: 'customer',
    userId: newId('user'),
    headers: { 'idempotency-key': crypto.randomUUID() },
    body: { orderId: newId('order'), token: 'tok_ok' },
  })
  expect(await refusals(app, env, 'SIMULATED_PROVIDER', paying)).toBe(0)
})
