import { describe, expect, test } from 'vitest'
import { percentile, summarize } from './statistics.ts'

describe('a summary', () => {
  test('has the middle of an odd number of values', () => {
    expect(summarize([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 })
  })

  test('has the mean of the two in the middle of an even number', () => {
    expect(summarize([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 })
  })

  test('of one value is that value', () => {
    expect(summarize([7])).toEqual({ median: 7, min: 7, max: 7 })
  })

  test('sorts by number, not by text', () => {
    expect(summarize([100, 9, 20]).median).toBe(20)
  })

  test('of nothing does not exist', () => {
    expect(() => summarize([])).toThrow('there are no values')
  })

  test('leaves the values as they were', () => {
    const values = [3, 1, 2]
    summarize(values)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)

  test.each([
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('%d of 1 to 100 is %d', (share, value) => {
    expect(percentile(hundred, share)).toBe(value)
  })

  test('is always one of the values', () => {
    expect(percentile([1, 1000], 0.5)).toBe(1)
    expect(percentile([1, 1000], 0.51)).toBe(1000)
  })
})
