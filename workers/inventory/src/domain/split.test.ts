import { describe, expect, it } from 'vitest'
import { bucketNamed, bucketOf, bucketsAt, objectName, resplit, type Splits } from './split.ts'

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function idAt(time: number, chance = 0): string {
  let digits = ''
  for (let rest = time, n = 0; n < 10; n++, rest = Math.floor(rest / 32)) {
    digits = (DIGITS[rest % 32] ?? '') + digits
  }
  const low = DIGITS[chance % 32] ?? ''
  const high = DIGITS[Math.floor(chance / 32) % 32] ?? ''
  return `rsv_${digits}00000000000000${high}${low}`
}

const splits: Splits = [
  { from: 1_000, buckets: 4 },
  { from: 2_000, buckets: 2 },
  { from: 3_000, buckets: 1 },
]

describe('where a reservation lives', () => {
  it('follows from when it was made, and stays so whatever is changed later', () => {
    const ids = Array.from({ length: 64 }, (_, n) => idAt(1_500, n))
    const before = ids.map((id) => bucketOf(splits.slice(0, 1), id))
    expect(ids.map((id) => bucketOf(splits, id))).toEqual(before)
    expect(new Set(before)).toEqual(new Set([0, 1, 2, 3]))
  })

  it.each([
    [999, 1],
    [1_000, 4],
    [2_500, 2],
    [3_000, 1],
  ])('is one of as many buckets as there were at %i', (time, buckets) => {
    expect(bucketsAt(splits, time)).toBe(buckets)
    for (let n = 0; n < 40; n++) expect(bucketOf(splits, idAt(time, n))).toBeLessThan(buckets)
  })

  it('is spread evenly', () => {
    const counts = [0, 0, 0]
    for (let n = 0; n < 1_024; n++) {
      const bucket = bucketOf([{ from: 0, buckets: 3 }], idAt(5, n))
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    expect(counts).toEqual([342, 341, 341])
  })

  it('is home for what is no id', () => {
    for (const id of ['', 'rsv_', 'what', 'rsv_💥']) expect(bucketOf(splits, id)).toBe(0)
  })
})

describe('another number of buckets', () => {
  it('takes effect no earlier than it may, and after the last change', () => {
    expect(resplit(splits, 5, 9_000).at(-1)).toEqual({ from: 9_000, buckets: 5 })
    expect(resplit(splits, 5, 2_000).at(-1)).toEqual({ from: 3_001, buckets: 5 })
    expect(resplit([], 2, 7)).toEqual([{ from: 7, buckets: 2 }])
  })

  it('that is the same changes nothing', () => {
    expect(resplit(splits, 1, 9_000)).toBe(splits)
    const none: Splits = []
    expect(resplit(none, 1, 9_000)).toBe(none)
  })
})

it('names objects so that those of a SKU stand together, before the next SKU', () => {
  const names = ['A', 'A-B', 'A.1', 'A0', 'AA'].flatMap((sku) =>
    [0, 1, 2, 15].map((bucket) => objectName({ sku, bucket })),
  )
  expect(names.toSorted()).toEqual(names)
  for (const name of names) expect(objectName(bucketNamed(name))).toBe(name)
})
