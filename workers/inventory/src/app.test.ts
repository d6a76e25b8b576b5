import { describe, expect, it, vi } from 'vitest'
import { ask, put, refusal } from '../test/client.ts'
import { freshSku, toldOf } from '../test/world.ts'

describe('operating it', () => {
  it('is ready when its database is migrated', async () => {
    const answer = await ask('/readyz', { as: null })
    expect(await answer.json()).toEqual({ status: 'ready', checks: { migrated: true } })
  })

  it('sends again what its objects have said', async () => {
    const sku = freshSku('said')
    await put(sku, { onHand: 50 })
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(1), { timeout: 5_000 })
    const since = new Date(Date.now() - 60_000).toISOString()
    const again = await ask('/internal/republish', {
      body: { since, subscriber: 'catalog' },
      as: 'admin',
    })
    const { republished } = await again.json<{ republished: number }>()
    expect(republished).toBeGreaterThanOrEqual(1)
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(2), { timeout: 5_000 })
    expect(await refusal(ask('/internal/republish', { body: { since } }))).toBe('403 forbidden')
  })
})
