import { expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.UTC(2026, 10, 20, 12, 0, 0)

it.each([
  ['120', 120_000],
  ['0', 0],
  ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
  ['Fri, 20 Nov 2026 11:59:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
])('%j is a wait of %s ms', (value, ms) => {
  expect(retryAfterMs(new Headers({ 'retry-after': value }), now)).toBe(ms)
})

it('no header is no wait that is asked for', () => {
  expect(retryAfterMs(new Headers(), now)).toBeUndefined()
})
