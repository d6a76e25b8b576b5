import { expect, test } from 'vitest'
import { DELAY_SECONDS_MAX, DELAYS, nextStay } from './delays.ts'

test('a delay is a few stays, the longest ones first, and never ends early', () => {
  expect(staysFor(300)).toEqual([256, 16, 16, 4, 4, 4])
  expect(staysFor(1)).toEqual([1])
})

test('what is left of a second is waited for with a whole one', () => {
  expect(nextStay(1)).toBe(1)
})

test('the longest delay that a queue takes is not many stays', () => {
  expect(staysFor(DELAY_SECONDS_MAX).length).toBeLessThan(2 * DELAYS.length)
})

function staysFor(seconds: number): number[] {
  const stays: number[] = []
  for (let left = seconds; left > 0; left -= stays.at(-1) ?? left) stays.push(nextStay(left * 1000))
  return stays
}
