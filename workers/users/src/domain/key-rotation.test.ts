import { describe, expect, it } from 'vitest'
import { isObsolete, nextKey, signingKey } from './key-rotation.ts'

const policy = { rotationMs: 100, prepublishMs: 10, keepMs: 20 }
const first = { generation: 1, activeAt: 1000 }
const second = { generation: 2, activeAt: 1100 }

describe('key rotation', () => {
  it('makes the first key at once', () => {
    expect(nextKey([], 1000, policy)).toEqual(first)
  })

  it.each([
    { keys: [first], now: 1089, next: null },
    { keys: [first], now: 1090, next: { generation: 2, activeAt: 1100 } },
    // Nobody asked for a long time: the next one is published for its time all the same.
    { keys: [first], now: 5000, next: { generation: 2, activeAt: 5010 } },
    { keys: [first, second], now: 1095, next: null },
    { keys: [second, first], now: 1190, next: { generation: 3, activeAt: 1200 } },
  ])('with $keys.length keys at $now makes $next', ({ keys, now, next }) => {
    expect(nextKey(keys, now, policy)).toEqual(next)
  })

  it('signs with the newest key whose time has come', () => {
    expect(signingKey([], 1000)).toBeUndefined()
    expect(signingKey([first, second], 1099)).toBe(first)
    expect(signingKey([second, first], 1100)).toBe(second)
  })

  it('keeps a key until everything that it signed has expired', () => {
    const keys = [first, second]
    expect(isObsolete(first, keys, 1119, policy)).toBe(false)
    expect(isObsolete(first, keys, 1120, policy)).toBe(true)
    expect(isObsolete(second, keys, 9999, policy)).toBe(false)
  })
})
