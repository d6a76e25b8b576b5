import { describe, expect, it } from 'vitest'
import { countsOf, depsWith, hold, refOf } from '../../test/reservations.ts'
import { stocked, testDeps } from '../../test/world.ts'
import { commit } from './commit.ts'
import { release } from './release.ts'

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
