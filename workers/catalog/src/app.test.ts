import { describe, expect, it } from 'vitest'
import { addProduct, env, hear, stockChanged } from '../test/client.ts'
import { app } from './app.ts'

describe('GET /readyz', () => {
  it('waits for the last product of the seed and its stock', async () => {
    const slug = 'last-of-the-seed'
    const ready = async () => {
      const response = await app.request('/readyz', {}, { ...env, SEED_LAST_SLUG: slug })
      return [response.status, await response.json()]
    }
    const checks = { migrated: true, seeded: false }
    expect(await ready()).toEqual([503, { status: 'not_ready', checks }])
    const product = await addProduct({ slug })
    expect((await ready())[0]).toBe(503)
    const sku = product.variants[0]?.sku ?? ''
    await hear(stockChanged(sku, 0, 1))
    expect((await ready())[0]).toBe(503)
    await hear(stockChanged(sku, 5, 2))
    expect((await ready())[0]).toBe(200)
    await hear(stockChanged(sku, 0, 3))
    expect((await ready())[0], 'selling out is no reason to stop').toBe(200)
  })
})
