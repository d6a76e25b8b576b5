import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { hold, inAMinute, refOf } from '../../test/reservations.ts'
import { call, eventsOfType, object, stocked, testDeps } from '../../test/world.ts'
import type { SkuStock } from '../objects/sku-stock.ts'
import { commit } from './commit.ts'
import { extend } from './extend.ts'

describe('extending', () => {
  it('moves every line, and tells the nearest deadline', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 1, [b]: 1 })
    await hold(ref)
    const expiresAt = Date.now() + 600_000
    const extended = { ok: true, value: { expiresAt } }
    expect(await extend(testDeps, { ...ref, expiresAt })).toEqual(extended)
    expect(await extend(testDeps, { ...ref, expiresAt: 1 })).toEqual(extended)
    await commit(testDeps, ref, 'orders')
    expect(await extend(testDeps, { ...ref, expiresAt: 5 })).toEqual({
      ok: true,
      value: { expiresAt: 5 },
    })
  })

  it('is refused when a line has lapsed', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 1, [b]: 1 })
    await hold(ref)
    await runInDurableObject(object(b), (instance: SkuStock, state) => {
      state.storage.sql.exec('UPDATE reservations SET expires_at = 1')
      void instance.balance(call)
    })
    expect(await extend(testDeps, { ...ref, expiresAt: inAMinute() })).toEqual({
      ok: false,
      refusal: { code: 'reservation_ended' },
    })
    expect(await eventsOfType(b, 'reservation.expired')).toHaveLength(1)
  })
})
