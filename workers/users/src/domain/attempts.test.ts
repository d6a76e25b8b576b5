import { describe, expect, it } from 'vitest'
import {
  attemptsLeft,
  countFailure,
  countRequest,
  forgetAt,
  lockedForMs,
  NO_ATTEMPTS,
} from './attempts.ts'

const policy = { failuresMax: 3, windowMs: 100, lockMs: 50 }

function failAt(...times: number[]) {
  return times.reduce((attempts, time) => countFailure(attempts, time, policy), NO_ATTEMPTS)
}

describe('failures', () => {
  it.each([
    { times: [], at: 1000, left: 3, lockedMs: 0 },
    { times: [1000], at: 1001, left: 2, lockedMs: 0 },
    { times: [1000, 1099], at: 1099, left: 1, lockedMs: 0 },
    // The window is that of the first failure.
    { times: [1000, 1099], at: 1100, left: 3, lockedMs: 0 },
    { times: [1000, 1099, 1100], at: 1100, left: 2, lockedMs: 0 },
    { times: [1000, 1001, 1002], at: 1002, left: 0, lockedMs: 50 },
    { times: [1000, 1001, 1002], at: 1051, left: 0, lockedMs: 1 },
    { times: [1000, 1001, 1002], at: 1052, left: 3, lockedMs: 0 },
    { times: [1000, 1001, 1002, 1052], at: 1052, left: 2, lockedMs: 0 },
  ])('at $times leave $left attempts at $at', ({ times, at, left, lockedMs }) => {
    const attempts = failAt(...times)
    expect(attemptsLeft(attempts, at, policy)).toBe(left)
    expect(lockedForMs(attempts, at)).toBe(lockedMs)
  })

  it('are remembered as long as they count', () => {
    expect(forgetAt(failAt(1000, 1001), policy)).toBe(1100)
    expect(forgetAt(failAt(1000, 1098, 1099), policy)).toBe(1149)
  })
})

it('requests are counted within a window, and refused above the limit', () => {
  const limit = { max: 2, windowMs: 100 }
  const first = countRequest(undefined, 1000, limit)
  const second = countRequest(first ?? undefined, 1099, limit)
  expect(second).toEqual({ count: 2, since: 1000 })
  expect(countRequest(second ?? undefined, 1099, limit)).toBeNull()
  expect(countRequest(second ?? undefined, 1100, limit)).toEqual({ count: 1, since: 1100 })
  expect(countRequest(undefined, 1000, { max: 0, windowMs: 100 })).toBeNull()
})
