import { describe, expect, it } from 'vitest'
import { type Call, refusals } from '../../../tests/support/overload.ts'
import { env, productBody } from '../test/client.ts'
import { app } from './app.ts'

const creating = (): Call => ({
  route: 'POST /v1/products',
  as: 'staff',
  body: productBody(),
  doneStatus: 409,
})

describe('an overload', () => {
  it.each<Call>([
    { route: 'GET /v1/products?q=thing' },
    { route: 'GET /v1/products?limit=3&sort=price' },
    { route: 'GET /internal/dead-letters?limit=10', as: 'admin' },
  ])('of the database is 503: $route', async (call) => {
    expect(await refusals(app, env, 'DB', () => call)).toBeGreaterThan(0)
  })

  it.each(['DB', 'RELAY'] as const)(
    'of %s is 503, and the product is made afterwards',
    async (name) => {
      expect(await refusals(app, env, name, creating)).toBeGreaterThan(0)
    },
  )

  it('of the cache is not noticed', async () => {
    expect(await refusals(app, env, 'CACHE', () => ({ route: 'GET /v1/categories' }))).toBe(0)
  })
})
