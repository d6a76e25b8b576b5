import { describe, expect, test } from 'vitest'
import { complaints, noiseBetween, parseTicks, spin } from './machine.ts'

test('reads the sums over all processors', () => {
  const text = 'cpu  100 10 50 800 20 5 5 10 0 0\ncpu0 50 5 25 400 10 2 3 5 0 0\n'
  expect(parseTicks(text)).toEqual({ total: 1000, busy: 170, stolen: 10 })
})

test('does not count its own work as noise', () => {
  const before = { total: 0, busy: 0, stolen: 0 }
  const after = { total: 1000, busy: 600, stolen: 20 }
  expect(noiseBetween(before, after, 5000, 80)).toEqual({ spinMs: 80, stolen: 0.02, others: 0.1 })
})

test('tells no shares where the system does not', () => {
  expect(noiseBetween(null, null, 5000, 80)).toEqual({ spinMs: 80, stolen: null, others: null })
})

describe('complaints', () => {
  const quiet = { spinMs: 100, stolen: 0, others: 0.01 }

  test('are none on a quiet machine', () => {
    expect(complaints([quiet, { ...quiet, spinMs: 105 }])).toEqual([])
  })

  test('name all that disturbed', () => {
    const noisy = { spinMs: 150, stolen: 0.1, others: 0.3 }
    expect(complaints([quiet, noisy])).toEqual([
      'the same work took up to 50% longer in one round than in another',
      'the host took up to 10% of the processors',
      'other processes took up to 30% of the processors',
    ])
  })

  test('know what a system does not tell', () => {
    expect(complaints([{ spinMs: 100, stolen: null, others: null }])).toEqual([])
  })
})

test('spins for a time', () => {
  expect(spin()).toBeGreaterThan(0)
})
