import { expect, it } from 'vitest'
import { FAULT_KINDS } from './platform/faults.ts'
import { addTallies, describeFailure, type Result } from './report.ts'
import { simulate } from './simulate.ts'

const STEPS = 3_000
/** Together they have every kind of fault. */
const SEEDS = [7, 8, 9, 10, 18]

const runs: Result[] = []

it.each(SEEDS)('a shop under random faults keeps every invariant: seed %i', async (seed) => {
  const result = await simulate({ seed, steps: STEPS })
  runs.push(result)
  if (result.violation !== null) expect.fail(describeFailure(result))
})

it('had every kind of fault, and orders, payments and refunds of every end', () => {
  const tally = addTallies(runs.map((run) => run.tally))
  const had = (part: 'orders' | 'payments' | 'refunds' | 'reservations') => Object.keys(tally[part])
  expect(had('orders')).toEqual(
    expect.arrayContaining([
      'processing',
      'shipped',
      'delivered',
      'cancelled (customer)',
      'cancelled (staff)',
      'cancelled (expired)',
    ]),
  )
  expect(had('payments')).toEqual(
    expect.arrayContaining(['succeeded (captured)', 'failed', 'voided']),
  )
  expect(had('refunds')).toEqual(
    expect.arrayContaining(['succeeded (staff)', 'succeeded (order_cancelled)']),
  )
  expect(had('reservations')).toEqual(expect.arrayContaining(['committed', 'expired', 'released']))
  expect(tally.outcomes['order insufficient_stock']).toBeGreaterThan(0)
  expect(tally.messages['dead letters']).toBeGreaterThan(0)
  expect(FAULT_KINDS.filter((kind) => tally.faults[kind] === 0)).toEqual([])
})

it('replays a seed exactly, and another seed is another story', async () => {
  const [first] = runs
  const again = await simulate({ seed: SEEDS[0] ?? 0, steps: STEPS })
  expect(again.fingerprint).toBe(first?.fingerprint)
  expect(new Set(runs.map(({ fingerprint }) => fingerprint)).size).toBe(SEEDS.length)
})
