import { newId } from '@kiosk/kit/ids'
import { describe, expect, it } from 'vitest'
import { type Call, refusals } from '../../../tests/support/overload.ts'
import { address, fakeEnv } from '../test/fakes.ts'
import { app } from './app.ts'

const { env: bindings } = fakeEnv()
// A claim whose outcome is not known is free again soon.
const env = { ...bindings, CLAIM_LEASE_MS: '50' }

function placing(): Call {
  return {
    route: 'POST /v1/orders',
    as: 'customer',
    userId: newId('user'),
    headers: { 'idempotency-key': crypto.randomUUID() },
    body: { lines: [{ sku: 'TEE', quantity: 1 }], shippingAddress: address },
  }
}

describe('an overload is 503 and never a lost order', () => {
  it.each(['DB', 'RELAY', 'CATALOG_RPC', 'INVENTORY_RPC'] as const)('of %s', async (binding) => {
    expect(await refusals(app, env, binding, placing)).toBeGreaterThan(0)
  })

  it.each(['GET /v1/orders', 'GET /v1/orders?status=pending'])(
    'of the database: %s',
    async (route) => {
      const listing = (): Call => ({ route, as: 'customer', userId: newId('user') })
      expect(await refusals(app, env, 'DB', listing)).toBeGreaterThan(0)
    },
  )
})
