import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { countsOf, depsWith, hold, refOf, statesOf } from '../../test/reservations.ts'
import { call, expectBalanced, object, query, stocked, testDeps } from '../../test/world.ts'
import { commit } from './commit.ts'
import { release } from './release.ts'
import { reserve } from './reserve.ts'
import { termsOf as termsOfAll } from './terms.ts'

describe('committing', () => {
  it('deducts every line, once', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 2, [b]: 3 })
    await hold(ref)
    const results = await Promise.all([
      commit(testDeps, ref, 'orders'),
      commit(testDeps, ref, 'orders'),
    ])
    expect(results).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ])
    expect([await countsOf(a), await countsOf(b)]).toEqual([
      [3, 0],
      [2, 0],
    ])
    expect(await query(a, `SELECT delta, reference FROM movements WHERE reason = 'sale'`)).toEqual([
      { delta: -2, reference: ref.orderId },
    ])
  })

  it('takes the stock of a lapsed hold again', async () => {
    const sku = await stocked(5)
    const ref = refOf({ [sku]: 5 })
    await reserve(testDeps, { ...ref, expiresAt: Date.now() - 1, owner: 'orders' })
    expect(await commit(testDeps, ref, 'orders')).toMatchObject({ ok: true })
    expect(await countsOf(sku)).toEqual([0, 0])
  })

  it('unpins every line when one cannot be pinned, and names what is short', async () => {
    const [a, b, c] = [await stocked(5), await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 1, [b]: 5, [c]: 5 })
    await hold(ref)
    for (const sku of [b, c]) {
      await runInDurableObject(object(sku), (_, state) => {
        state.storage.sql.exec('UPDATE reservations SET expires_at = 1')
      })
      await hold(refOf({ [sku]: 2 }))
    }
    expect(await commit(testDeps, ref, 'orders')).toEqual({
      ok: false,
      refusal: {
        code: 'insufficient_stock',
        shortages: [
          { sku: b, requested: 5, available: 3 },
          { sku: c, requested: 5, available: 3 },
        ],
      },
    })
    expect(await statesOf(a)).toEqual(['held'])
    expect((await statesOf(b)).toSorted()).toEqual(['expired', 'held'])
    expect(await countsOf(a)).toEqual([5, 1])
  })

  it.each(['pin', 'sell', 'deduct'])('goes on after it was cut off at a %s', async (broken) => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 1, [b]: 1 })
    await hold(ref)
    const deps = depsWith((_, method) => {
      if (method === broken) throw new Error('Network connection lost')
    })
    await expect(commit(deps, ref, 'orders')).rejects.toThrow('connection lost')
    await expectBalanced(a)
    expect(await commit(testDeps, ref, 'orders')).toMatchObject({ ok: true })
    expect([await countsOf(a), await countsOf(b)]).toEqual([
      [4, 0],
      [4, 0],
    ])
  })

  it('pins again what a failing commit of the same reservation unpinned', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 1, [b]: 1 })
    await hold(ref)
    let disturbed = false
    const deps = depsWith(async (_, method) => {
      if (method !== 'deduct' || disturbed) return
      disturbed = true
      for (const line of termsOfAll(ref, 'orders')) await object(line.sku).unpin(call, line.terms)
    })
    expect(await commit(deps, ref, 'orders')).toMatchObject({ ok: true })
    expect(disturbed).toBe(true)
    expect([await countsOf(a), await countsOf(b)]).toEqual([
      [4, 0],
      [4, 0],
    ])
  })

  it('is refused after a release', async () => {
    const sku = await stocked(5)
    const ref = refOf({ [sku]: 1 })
    await hold(ref)
    await release(testDeps, ref, 'orders')
    expect(await commit(testDeps, ref, 'orders')).toEqual({
      ok: false,
      refusal: { code: 'reservation_ended' },
    })
    expect(await countsOf(sku)).toEqual([5, 0])
  })

  it('and a release that comes in between leave nothing deducted', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 1, [b]: 1 })
    await hold(ref)
    const deps = depsWith(async (_, method) => {
      if (method === 'deduct') await release(testDeps, ref, 'orders')
    })
    expect(await commit(deps, ref, 'orders')).toMatchObject({
      refusal: { code: 'reservation_ended' },
    })
    expect([await countsOf(a), await countsOf(b)]).toEqual([
      [5, 0],
      [5, 0],
    ])
  })
})
