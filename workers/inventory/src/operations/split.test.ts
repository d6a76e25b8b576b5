import { beforeEach, describe, expect, it, vi } from 'vitest'
import { countsOf, hold } from '../../test/reservations.ts'
import { bucketOf, crowd, expectAllBalanced, split, splitStock, wish } from '../../test/split.ts'
import { call, object, query, settled, stocked, testDeps } from '../../test/world.ts'
import { objectName } from '../domain/split.ts'
import { commit } from './commit.ts'
import { release } from './release.ts'

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

async function reservedIn(sku: string, bucket: number): Promise<number> {
  const rows = await query<{ reserved: number }>(
    objectName({ sku, bucket }),
    'SELECT reserved FROM balance',
  ).catch(() => [])
  return rows[0]?.reserved ?? 0
}

async function historyOf(sku: string, limit: number, before: readonly number[]) {
  const read = await object(sku).history(limit, before)
  if (!read.ok) throw new Error(read.refusal.code)
  return read.value
}

describe('a crowd at stock in four buckets', () => {
  it('of 200 for 50 units gets exactly 50, from several of them', async () => {
    const sku = await splitStock(50)
    // The first learn where everything is: a crowd that knows nothing meets at home, which calls units in.
    expect(await crowd(sku, 12)).toBe(12)
    expect(await crowd(sku, 188)).toBe(38)
    expect(await countsOf(sku)).toEqual([50, 50])
    const reserved = await Promise.all([0, 1, 2, 3].map((bucket) => reservedIn(sku, bucket)))
    expect(reserved.filter((units) => units > 0).length).toBeGreaterThan(1)
    await expectAllBalanced(sku, 4)
  })

  it('gets the last unit, wherever it lies', async () => {
    for (let n = 0; n < 5; n++) {
      const sku = await splitStock(1)
      expect(await crowd(sku, 12)).toBe(1)
      expect(await countsOf(sku)).toEqual([1, 1])
    }
  })

  it('that wants several units each leaves fewer than that', async () => {
    const sku = await splitStock(20)
    expect(await crowd(sku, 30, 3)).toBe(6)
    expect(await countsOf(sku)).toEqual([20, 18])
    expect(await crowd(sku, 8)).toBe(2)
    await expectAllBalanced(sku, 4)
  })

  it('that wants all of it together: exactly one gets it', async () => {
    const sku = await splitStock(10)
    expect(await crowd(sku, 6, 10)).toBe(1)
    expect(await countsOf(sku)).toEqual([10, 10])
  })

  it('is told what is left of the SKU, not of a bucket', async () => {
    const sku = await splitStock(7)
    expect(await hold(wish(sku, 8))).toMatchObject({
      refusal: { shortages: [{ sku, requested: 8, available: 7 }] },
    })
  })

  it('that reserves, pays, cancels and comes back leaves balanced books', async () => {
    const sku = await splitStock(24)
    const lives = Array.from({ length: 80 }, async (_, n) => {
      const ref = wish(sku, 1 + (n % 2))
      const held = await hold(ref)
      const paid = n % 3 === 0 ? await commit(testDeps, ref, 'orders') : null
      if (n % 4 === 0 || (paid === null && held.ok)) await release(testDeps, ref, 'orders')
      return paid?.ok === true && n % 4 !== 0 ? 1 + (n % 2) : 0
    })
    const sold = (await Promise.all(lives)).reduce((sum, units) => sum + units, 0)
    expect(await countsOf(sku)).toEqual([24 - sold, 0])
    expect(await crowd(sku, 40)).toBe(24 - sold)
    await expectAllBalanced(sku, 4)
  })
})

describe('splitting while it sells', () => {
  it('on, to more, to fewer and off sells every unit once', async () => {
    const sku = await stocked(60)
    let isDone = false
    let sold = 0
    const buy = async () => {
      while (!isDone) {
        const ref = wish(sku)
        await scheduler.wait(10)
        if (!(await hold(ref)).ok) continue
        if (Math.random() < 0.3) await release(testDeps, ref, 'orders')
        else if ((await commit(testDeps, ref, 'orders')).ok) sold += 1
      }
    }
    const buyers = Array.from({ length: 6 }, buy)
    for (const buckets of [2, 4, 3, 1]) {
      await scheduler.wait(100)
      await split(sku, buckets)
    }
    await vi.waitFor(async () => expect(await countsOf(sku)).toEqual([0, 0]), settled)
    isDone = true
    await Promise.all(buyers)
    expect(sold).toBe(60)
    await expectAllBalanced(sku, 4)
  })

  it('finds a reservation that was made before: it is sold where it lives, once', async () => {
    const sku = await stocked(8)
    const refs = Array.from({ length: 4 }, () => wish(sku))
    for (const ref of refs) await hold(ref)
    await split(sku, 4)
    const later = Array.from({ length: 4 }, () => wish(sku))
    for (const ref of later) await hold(ref)
    expect(await countsOf(sku)).toEqual([8, 8])
    await split(sku, 1)
    for (const ref of [...refs, ...later]) {
      expect(await commit(testDeps, ref, 'orders')).toMatchObject({ ok: true })
      expect(await commit(testDeps, ref, 'orders')).toMatchObject({ ok: true })
    }
    expect(await countsOf(sku)).toEqual([0, 0])
    await release(testDeps, later[0] ?? wish(sku), 'orders')
    expect(await countsOf(sku)).toEqual([1, 0])
    expect(await crowd(sku, 3)).toBe(1)
  })

  it('off brings all units home, also those that come back later', async () => {
    const sku = await splitStock(40)
    const refs = Array.from({ length: 12 }, () => wish(sku))
    for (const ref of refs) await hold(ref)
    await split(sku, 1)
    for (const ref of refs) await release(testDeps, ref, 'orders')
    const atHome = async () => (await query(sku, 'SELECT on_hand FROM balance'))[0]
    await vi.waitFor(async () => expect(await atHome()).toEqual({ on_hand: 40 }), settled)
    await expectAllBalanced(sku, 4)
  })

  it('again gives every bucket its share, and says how much that is', async () => {
    const sku = await splitStock(8)
    await object(sku).adjust(call, { delta: 10, reason: 'goods' })
    const view = await object(sku).split(call, 4)
    expect(view).toMatchObject({ sku, count: 4 })
    expect(view?.buckets.map(({ onHand }) => onHand)).toEqual([5, 5, 4, 4])
  })

  it('of a SKU that is not known, or that nobody split, makes nothing', async () => {
    expect(await object('nothing-at-all').split(call, 4)).toBeNull()
    const sku = await stocked(3)
    await object(sku).split(call, 1)
    expect(await query(sku, 'SELECT splits FROM balance')).toEqual([{ splits: null }])
    expect(await object(sku).buckets(call)).toMatchObject({
      count: 1,
      effectiveAt: null,
      buckets: [{ onHand: 3, reserved: 0 }],
    })
  })
})

describe('staff at stock in buckets', () => {
  it('counts it as a whole, above and below what each bucket has', async () => {
    const sku = await splitStock(40)
    await crowd(sku, 10)
    expect(await object(sku).set(call, sku, { onHand: 100 })).toMatchObject({
      value: { onHand: 100, reserved: 10 },
    })
    expect(await object(sku).set(call, sku, { onHand: 12 })).toMatchObject({
      value: { onHand: 12, reserved: 10 },
    })
    expect(await object(sku).set(call, sku, { onHand: 9 })).toEqual({
      ok: false,
      refusal: { code: 'below_reserved', reserved: 10 },
    })
    expect(await object(sku).adjust(call, { delta: -3, reason: 'broken' })).toMatchObject({
      refusal: { code: 'below_reserved', reserved: 10 },
    })
    expect(await object(sku).adjust(call, { delta: -2, reason: 'broken' })).toMatchObject({
      value: { onHand: 10, reserved: 10 },
    })
    expect(await crowd(sku, 5)).toBe(0)
    await expectAllBalanced(sku, 4)
  })

  it('counts it while it sells: what was sold before or after is all that differs', async () => {
    const sku = await splitStock(200)
    let sold = 0
    const buyers = Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 6; n++) {
        const ref = wish(sku)
        if ((await hold(ref)).ok && (await commit(testDeps, ref, 'orders')).ok) sold += 1
      }
    })
    for (const onHand of [150, 180, 120]) {
      expect(await object(sku).set(call, sku, { onHand })).toMatchObject({ value: { onHand } })
    }
    await Promise.all(buyers)
    const moved = await historyOf(sku, 500, [])
    expect(moved.filter(({ reason }) => reason === 'sale')).toHaveLength(sold)
    const total = moved.reduce((sum, { delta }) => sum + delta, 0)
    expect(await countsOf(sku)).toEqual([total, 0])
    await expectAllBalanced(sku, 4)
  })

  it('reads one ledger of it, page by page, without what went from bucket to bucket', async () => {
    const sku = await splitStock(20)
    for (let n = 0; n < 8; n++) {
      const ref = wish(sku)
      await hold(ref)
      await commit(testDeps, ref, 'orders')
      await scheduler.wait(2)
    }
    const read: { delta: number; onHand: number }[] = []
    for (let before: readonly number[] = []; ;) {
      const page = await historyOf(sku, 3, before)
      read.push(...page)
      if (page.length < 3) break
      before = page.at(-1)?.position ?? []
    }
    expect(read.map(({ delta, onHand }) => [delta, onHand])).toEqual([
      ...Array.from({ length: 8 }, (_, n) => [-1, 12 + n]),
      [20, 20],
    ])
    // There are four buckets.
    const refused = await object(sku).history(3, [9, 9, 9, 9, 9])
    expect(refused).toMatchObject({ refusal: { code: 'unknown_position' } })
  })

  it('hears of the whole: one row, one balance, and low stock once', async () => {
    const sku = await stocked(20, 5)
    await split(sku, 4)
    await crowd(sku, 16)
    const row = () =>
      testDeps.stock && query(sku, `SELECT is_low, told_available FROM balance`).then(([it]) => it)
    await vi.waitFor(
      async () => expect(await row()).toEqual({ is_low: 1, told_available: 4 }),
      settled,
    )
    const low = await query(sku, `SELECT event FROM outbox WHERE event LIKE '%stock.low%'`)
    expect(low).toHaveLength(1)
    for (const bucket of [1, 2, 3]) {
      const name = objectName({ sku, bucket })
      expect(await query(name, 'SELECT event FROM outbox')).toEqual([])
    }
    expect(await bucketOf(sku, 1).balance(call)).toMatchObject({ sku, bucket: 1 })
  })
})
