import type { ReservationRef } from '@kiosk/contracts/rpc/inventory'
import { newId } from '@kiosk/kit/ids'
import { runInDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  call,
  eventsOfType,
  expectBalanced,
  freshSku,
  object,
  query,
  stocked,
  termsOf,
  testDeps,
} from '../../test/world.ts'
import type { Deps } from '../deps.ts'
import type { SkuStock } from '../objects/sku-stock.ts'
import { commit } from './commit.ts'
import { extend } from './extend.ts'
import { release } from './release.ts'
import { reserve } from './reserve.ts'
import { termsOf as termsOfAll } from './terms.ts'

type Wish = Readonly<Record<string, number>>

function refOf(wish: Wish, reservationId = newId('reservation')): ReservationRef {
  const lines = Object.entries(wish).map(([sku, quantity]) => ({ sku, quantity }))
  return { orderId: newId('order'), reservationId, lines }
}

const inAMinute = () => Date.now() + 60_000

function hold(ref: ReservationRef, deps = testDeps) {
  return reserve(deps, { ...ref, expiresAt: inAMinute(), owner: 'orders' })
}

async function countsOf(sku: string) {
  const stock = await object(sku).balance(call)
  return [stock?.onHand, stock?.reserved]
}

async function statesOf(sku: string) {
  const rows = await query<{ state: string }>(sku, 'SELECT state FROM reservations')
  return rows.map(({ state }) => state)
}

/** The objects as they are, but for a call that goes wrong. */
function depsWith(
  disturb: (sku: string, method: string) => void | Promise<void>,
  change: Partial<Deps> = {},
): Deps {
  const getByName = (sku: string) =>
    new Proxy(object(sku), {
      get(stub, method) {
        return async (...args: unknown[]) => {
          await disturb(sku, String(method))
          const member: unknown = Reflect.get(stub, method)
          return (member as (...args: unknown[]) => unknown)(...args)
        }
      },
    })
  return { ...testDeps, stock: { getByName } as unknown as Deps['stock'], ...change }
}

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

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

describe('releasing', () => {
  it('reaches every line even when one fails, and finishes when done again', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const ref = refOf({ [a]: 1, [b]: 1 })
    await hold(ref)
    await commit(testDeps, ref, 'orders')
    const deps = depsWith((sku) => {
      if (sku === a) throw new Error('Network connection lost')
    })
    await expect(release(deps, ref, 'orders')).rejects.toThrow('connection lost')
    expect(await countsOf(b)).toEqual([5, 0])
    await release(testDeps, ref, 'orders')
    await release(testDeps, ref, 'orders')
    expect([await countsOf(a), await countsOf(b)]).toEqual([
      [5, 0],
      [5, 0],
    ])
  })
})
