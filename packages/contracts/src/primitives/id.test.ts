import { describe, expect, it } from 'vitest'
import { chanceOfId, timeOfId } from './id.ts'

describe('an id', () => {
  // The second is an example of the ulid package.
  it.each([
    ['rsv_0000000000TSV4RRFFQ69G5FAV', 0],
    ['rsv_01ARYZ6S41TSV4RRFFQ69G5FAV', 1_469_918_176_385],
    ['rsv_7ZZZZZZZZZTSV4RRFFQ69G5FAV', 2 ** 48 - 1],
  ])('%s tells when its thing was made', (id, time) => {
    expect(timeOfId(id)).toBe(time)
  })

  it('has a chance of 15 bits', () => {
    expect(chanceOfId('rsv_01JD8Z6Q3N4V5W6X7Y8Z9A0000')).toBe(0)
    expect(chanceOfId('rsv_01JD8Z6Q3N4V5W6X7Y8Z9A0ZZZ')).toBe(2 ** 15 - 1)
  })

  it('that somebody made up has a time and a chance all the same', () => {
    for (const id of ['', 'rsv_', '💥', '_💥💥💥']) {
      expect([timeOfId(id), chanceOfId(id)]).toEqual([0, 0])
    }
  })
})
