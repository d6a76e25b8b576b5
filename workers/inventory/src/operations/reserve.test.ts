import { describe, expect, it, vi } from 'vitest'
import { countsOf, depsWith, hold, inAMinute, refOf, statesOf } from '../../test/reservations.ts'
import {
  call,
  expectBalanced,
  freshSku,
  object,
  stocked,
  termsOf,
  testDeps,
} from '../../test/world.ts'
import type { Deps } from '../deps.ts'
import { commit } from './commit.ts'
import { release } from './release.ts'
import { reserve } from './reserve.ts'

describe('reserving', () => {
  it('holds every line, and the second time takes nothing', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 2, [b]: 3 })
    expect(await hold(ref)).toMatchObject({ ok: true })
    expect(await hold(ref)).toMatchObject({ ok: true })
    expect([await countsOf(a), await countsOf(b)]).toEqual([
      [5, 2],
      [5, 3],
    ])
  })

  it('names every short SKU with what is available, and holds nothing', async () => {
    const [a, b, c] = [await stocked(5), await stocked(1), await stocked(0)]
    const unknown = freshSku('zzz')
    expect(await hold(refOf({ [unknown]: 1, [c]: 2, [b]: 2, [a]: 2 }))).toEqual({
      ok: false,
      refusal: {
        code: 'insufficient_stock',
        shortages: [
          { sku: b, requested: 2, available: 1 },
          { sku: c, requested: 2, available: 0 },
          { sku: unknown, requested: 1, available: 0 },
        ],
      },
    })
    expect(await countsOf(a)).toEqual([5, 0])
    expect(await object(unknown).balance(call)).toBeNull()
  })

  it('counts a SKU that is named twice once, with the sum', async () => {
    const sku = await stocked(5)
    const lines = [
      { sku, quantity: 3 },
      { sku, quantity: 3 },
    ]
    expect(await hold({ ...refOf({}), lines })).toMatchObject({
      refusal: { shortages: [{ sku, requested: 6, available: 5 }] },
    })
  })

  it('is refused for a reservation that has ended, and for other lines', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ended = refOf({ [a]: 1, [b]: 1 })
    await release(testDeps, { ...ended, lines: ended.lines.slice(1) }, 'orders')
    expect(await hold(ended)).toEqual({ ok: false, refusal: { code: 'reservation_ended' } })
    expect(await countsOf(a)).toEqual([5, 0])

    const live = refOf({ [a]: 1 })
    await hold(live)
    expect(await hold({ ...live, lines: [{ sku: a, quantity: 2 }] })).toEqual({
      ok: false,
      refusal: { code: 'reservation_ended' },
    })
    expect(await countsOf(a)).toEqual([5, 1])
  })

  it('gives back what it took when a SKU cannot be reached', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const deps = depsWith((sku, method) => {
      if (sku === b && method === 'reserve') throw new Error('Network connection lost')
    })
    await expect(hold(refOf({ [a]: 1, [b]: 1 }), deps)).rejects.toThrow('connection lost')
    expect([await countsOf(a), await countsOf(b)]).toEqual([
      [5, 0],
      [5, 0],
    ])
  })

  it('leaves to the deadline what it cannot give back', async () => {
    const [a, b] = [await stocked(5), await stocked(0)]
    const deps = depsWith((_, method) => {
      if (method === 'backOut') throw new Error('Network connection lost')
    })
    const ref = refOf({ [a]: 1, [b]: 1 })
    const expiresAt = Date.now() + 100
    expect(await reserve(deps, { ...ref, expiresAt, owner: 'orders' })).toMatchObject({ ok: false })
    await vi.waitFor(async () => expect(await countsOf(a)).toEqual([5, 0]), { timeout: 5_000 })
  })

  it('does not undo a release that came while it was trying again', async () => {
    const [a, b] = [await stocked(1), await stocked(1)]
    const ref = refOf({ [a]: 1, [b]: 1 })
    // Another buyer of several SKUs has the last unit of b, for now.
    const other = termsOf({ severalLines: true })
    await object(b).reserve(call, other, { expiresAt: inAMinute(), attempt: 'other' })
    const wait = async () => {
      await release(testDeps, ref, 'orders')
      await object(b).backOut(call, other, 'other')
    }
    expect(await hold(ref, { ...testDeps, wait })).toEqual({
      ok: false,
      refusal: { code: 'reservation_ended' },
    })
    expect([await countsOf(a), await countsOf(b)]).toEqual([
      [1, 0],
      [1, 0],
    ])
  })

  it('tries again when units are missing only because of an unfinished attempt', async () => {
    const [a, b] = [await stocked(1), await stocked(1)]
    const other = termsOf({ severalLines: true })
    await object(b).reserve(call, other, { expiresAt: inAMinute(), attempt: 'other' })
    const waits: number[] = []
    const wait = async (ms: number) => {
      waits.push(ms)
      expect(await countsOf(a)).toEqual([1, 0])
      if (waits.length === 2) await object(b).backOut(call, other, 'other')
    }
    expect(await hold(refOf({ [a]: 1, [b]: 1 }), { ...testDeps, wait })).toMatchObject({ ok: true })
    expect(waits).toHaveLength(2)
  })

  it('stops trying after a few times', async () => {
    const sku = await stocked(1)
    const other = termsOf({ severalLines: true })
    await object(sku).reserve(call, other, { expiresAt: inAMinute(), attempt: 'other' })
    const wait = vi.fn<Deps['wait']>(async () => {})
    expect(await hold(refOf({ [sku]: 1 }), { ...testDeps, wait })).toMatchObject({ ok: false })
    expect(wait).toHaveBeenCalledTimes(testDeps.config.RESERVE_ATTEMPTS_MAX - 1)
  })

  it('does not wait for buyers of one SKU: their hold is final', async () => {
    const sku = await stocked(1)
    await hold(refOf({ [sku]: 1 }))
    const wait = vi.fn<Deps['wait']>(async () => {})
    expect(await hold(refOf({ [sku]: 1 }), { ...testDeps, wait })).toMatchObject({ ok: false })
    expect(wait).not.toHaveBeenCalled()
  })
})

describe('crowds', () => {
  it('of 200 buyers for 10 units, exactly 10 get one', async () => {
    const sku = await stocked(10)
    const results = await Promise.all(Array.from({ length: 200 }, () => hold(refOf({ [sku]: 1 }))))
    expect(results.filter((result) => result.ok)).toHaveLength(10)
    expect(await countsOf(sku)).toEqual([10, 10])
  })

  it('that want A+B and B+A sell out exactly, and hold nothing else', async () => {
    const [a, b] = [await stocked(4), await stocked(4)]
    const wishes = Array.from({ length: 40 }, (_, i) => {
      const pair = i % 2 === 0 ? [a, b] : [b, a]
      return { ...refOf({}), lines: pair.map((sku) => ({ sku, quantity: 1 })) }
    })
    const results = await Promise.all(wishes.map((wish) => hold(wish)))
    expect(results.filter((result) => result.ok)).toHaveLength(4)
    for (const sku of [a, b]) {
      expect(await countsOf(sku)).toEqual([4, 4])
      expect(await statesOf(sku)).toEqual(['held', 'held', 'held', 'held'])
      await expectBalanced(sku)
    }
  })

  it('that overlap in part leave nothing unsold that somebody wanted', async () => {
    const [a, b, c] = [await stocked(6), await stocked(2), await stocked(4)]
    // Buyers of A+B lose at B and give A back, which buyers of A+C must still get.
    const wishes = Array.from({ length: 30 }, (_, i) =>
      refOf(i % 2 === 0 ? { [a]: 1, [b]: 1 } : { [a]: 1, [c]: 1 }),
    )
    // Patient enough for a slow machine: what counts is that nobody gives up while units may come back.
    const config = { RESERVE_ATTEMPTS_MAX: 60, RESERVE_RETRY_MS: 5 }
    const results = await Promise.all(wishes.map((wish) => hold(wish, { ...testDeps, config })))
    expect(results.filter((result) => result.ok)).toHaveLength(6)
    expect([await countsOf(a), await countsOf(b), await countsOf(c)]).toEqual([
      [6, 6],
      [2, 2],
      [4, 4],
    ])
  })

  it('that pay, cancel and reserve at once leave balanced books', async () => {
    const [a, b] = [await stocked(8), await stocked(8)]
    const lives = Array.from({ length: 40 }, async (_, i) => {
      const ref = refOf({ [a]: 1 + (i % 2), [b]: 1 })
      const held = await hold(ref)
      const paid = i % 3 === 0 ? await commit(testDeps, ref, 'orders') : null
      if (i % 4 === 0) await release(testDeps, ref, 'orders')
      const sold = paid?.ok === true && i % 4 !== 0
      return { held: held.ok, units: sold ? 1 + (i % 2) : 0 }
    })
    const results = await Promise.all(lives)
    const sold = results.reduce((sum, { units }) => sum + units, 0)
    await expectBalanced(a)
    await expectBalanced(b)
    expect((await countsOf(a))[0]).toBe(8 - sold)
  })
})
