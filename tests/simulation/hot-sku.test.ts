import { describe, expect, it } from 'vitest'
import { HotSku } from './hot-sku.ts'

const SEEDS = [1, 2, 3, 4, 5]

async function scene(seed: number, units: number, play: (hot: HotSku) => Promise<void>) {
  const hot = new HotSku(seed)
  try {
    await hot.open(units)
    await play(hot)
  } finally {
    hot.close()
  }
}

/** So many buyers, each of whom comes back until it is answered; how many hold what they wanted. */
async function crowd(hot: HotSku, buyers: number, quantity = 1): Promise<number> {
  const held = await hot.run(Array.from({ length: buyers }, () => hot.hold(hot.wish(quantity))))
  return held.filter(Boolean).length
}

describe.each(SEEDS)('a SKU in four buckets: seed %i', (seed) => {
  it('of 50 units sells exactly 50 to 200 buyers at once', () =>
    scene(seed, 50, async (hot) => {
      await hot.run([hot.split(4)])
      await hot.rest()
      expect(await crowd(hot, 200)).toBe(50)
      await hot.rest()
      expect(hot.total).toEqual({ onHand: 50, reserved: 50 })
    }))

  it('does so when answers are lost, calls fail and objects crash', () =>
    scene(seed, 20, async (hot) => {
      await hot.run([hot.split(4)])
      await hot.rest()
      hot.faultsFor(60_000)
      const held = await crowd(hot, 60)
      await hot.rest()
      const late = await crowd(hot, 25)
      expect(held + late).toBe(20)
      expect(hot.total).toEqual({ onHand: 20, reserved: 20 })
    }))

  it('is split, spread again and put together while it sells, and sells out to the last unit', () =>
    scene(seed, 40, async (hot) => {
      hot.faultsFor(3 * 60_000)
      let sold = 0
      const buyer = async () => {
        for (let times = 0; times < 3; times++) {
          await hot.wait(hot.random.int(0, 40_000))
          const ref = hot.wish(hot.random.int(1, 2))
          if (!(await hot.hold(ref))) continue
          await hot.wait(hot.random.int(0, 20_000))
          if (hot.random.chance(0.3)) await hot.giveBack(ref)
          else if (await hot.buy(ref)) sold += ref.lines[0]?.quantity ?? 0
        }
      }
      const owner = async () => {
        for (const count of [3, 4, 2, 1]) {
          await hot.split(count)
          await hot.wait(hot.random.int(5_000, 20_000))
        }
      }
      await hot.run([owner(), ...Array.from({ length: 30 }, buyer)])
      await hot.rest(10 * 60_000)
      const left = 40 - sold
      expect(hot.total).toEqual({ onHand: left, reserved: 0 })
      const [home] = hot.buckets
      expect(home).toEqual({ onHand: left, reserved: 0 })
      expect(await crowd(hot, left + 5)).toBe(left)
    }))
})
