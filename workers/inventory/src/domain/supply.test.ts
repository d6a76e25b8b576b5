import { describe, expect, it } from 'vitest'
import { mergeMovements } from './movements.ts'
import { adjustStock, newStock, setStock, wholeOf, type Stock } from './sku.ts'
import {
  evenly,
  hear,
  newBucket,
  ration,
  spare,
  sumOf,
  transfer,
  type BucketReport,
} from './supply.ts'

const NOTHING = { units: 0, half: false }

function stock(onHand: number, reserved = 0, patch: Partial<Stock> = {}): Stock {
  return { ...newStock('TEE', 0), onHand, reserved, version: 1, ...patch }
}

function report(patch: Partial<BucketReport> = {}): BucketReport {
  const none = { version: 1, onHand: 0, reserved: 0, rises: 0, sent: 0, received: 0, unsettled: 0 }
  return { ...none, bucket: 1, ...patch }
}

describe('what a bucket reports', () => {
  const sent = { ...newBucket(1), sent: 10 }

  it('brings the units home that it says it has sent, once', () => {
    const first = hear(sent, report({ version: 5, sent: 3 }))
    expect(first.credit).toBe(3)
    expect(hear(first.bucket, report({ version: 5, sent: 3 })).credit).toBe(0)
    expect(hear(first.bucket, report({ version: 6, sent: 4 })).credit).toBe(1)
  })

  it('says nothing new when it is older than what is known', () => {
    const { bucket } = hear(sent, report({ version: 5, onHand: 7, received: 7, sent: 3 }))
    expect(hear(bucket, report({ version: 4, onHand: 9, received: 5, sent: 1 }))).toEqual({
      bucket,
      credit: 0,
    })
  })

  it('leaves what is under way in the sum of all', () => {
    const { bucket } = hear(sent, report({ version: 2, onHand: 4, reserved: 1, received: 4 }))
    expect(sumOf([bucket])).toEqual({ onHand: 10, reserved: 1, version: 2 })
  })
})

describe('what a bucket can spare', () => {
  it.each([
    [stock(10), [], { units: 4, half: false }, 4],
    [stock(10), [], { units: 4, half: true }, 5],
    [stock(10, 8), [], { units: 4, half: true }, 2],
    [stock(10), [], NOTHING, 0],
    [stock(3), [2], { units: 9, half: false }, 1],
    [stock(3), [4], { units: 9, half: false }, 3],
    [stock(3), [4, 2], { units: 9, half: false }, 1],
  ])('%# is not what its own buyers can have at once', (there, waiting, wish, expected) => {
    expect(spare(there, waiting, wish)).toBe(expected)
  })
})

it('home gives what is wanted and a share of the rest, or all that it has', () => {
  expect(ration(stock(100), 4, 4)).toBe(16)
  expect(ration(stock(5, 2), 4, 4)).toBe(3)
  expect(ration(stock(0), 4, 4)).toBe(0)
})

it('shares differ by one at most, and lose nothing', () => {
  expect(evenly(10, 4)).toEqual([3, 3, 2, 2])
  expect(evenly(0, 3)).toEqual([0, 0, 0])
})

describe('a transfer', () => {
  const home = stock(10, 4, { elsewhere: { onHand: 5, reserved: 5, version: 9 } })

  it('is a movement here, and changes nothing of the whole', () => {
    const elsewhere = { onHand: 8, reserved: 5, version: 9 }
    const { stock: after, movements } = transfer(home, -3, { peer: 'TEE#01', elsewhere })
    expect(movements).toEqual([{ delta: -3, reason: 'transfer', reference: 'TEE#01', onHand: 7 }])
    expect(wholeOf(after)).toMatchObject({ onHand: 15, reserved: 9 })
  })

  it('of nothing leaves everything as it is', () => {
    expect(transfer(home, 0, { peer: 'TEE#01', elsewhere: home.elsewhere })).toEqual({
      stock: home,
      movements: [],
      facts: [],
    })
  })

  it('names low stock by the whole, and never in a bucket', () => {
    const low = { onHand: 5, reserved: 5, version: 9 }
    const scarce = stock(3, 0, { lowStockThreshold: 3, elsewhere: { ...low, onHand: 9 } })
    expect(transfer(scarce, 0, { peer: 'TEE#01', elsewhere: low }).facts).toEqual([
      { type: 'stock.low' },
    ])
    expect(transfer(stock(5, 0, { bucket: 1 }), -5, { peer: 'TEE' }).facts).toEqual([])
  })
})

describe('counting split stock', () => {
  const home = stock(2, 1, { elsewhere: { onHand: 10, reserved: 4, version: 9 } })

  it('is refused below what is reserved anywhere', () => {
    const refusal = { code: 'below_reserved', reserved: 5 }
    expect(setStock(home, { onHand: 4 })).toEqual({ ok: false, refusal })
    expect(adjustStock(home, { delta: -8, reason: 'broken' })).toEqual({ ok: false, refusal })
  })

  it('asks for units that are elsewhere before it takes them away', () => {
    const refusal = { code: 'units_elsewhere', missing: 4 }
    expect(setStock(home, { onHand: 7 })).toEqual({ ok: false, refusal })
    expect(adjustStock(home, { delta: -5, reason: 'broken' })).toEqual({ ok: false, refusal })
  })

  it('changes home by the difference to the whole', () => {
    expect(setStock(home, { onHand: 20 })).toMatchObject({
      value: { stock: { onHand: 10 }, movements: [{ delta: 8 }] },
    })
  })
})

it('the movements of all buckets are one ledger, and go on where a page ended', () => {
  const of = (id: number, at: number, delta: number, share: number) => ({
    id,
    at,
    delta,
    share,
    reason: 'sale',
    reference: null,
    onHand: 0,
  })
  const lists = [
    [of(4, 40, -1, 8), of(1, 10, 10, 10)],
    [of(9, 30, -2, -3), of(7, 20, -1, -1)],
  ]
  const all = mergeMovements(lists, [], 10)
  expect(all.map(({ at, onHand }) => [at, onHand])).toEqual([
    [40, 5],
    [30, 7],
    [20, 9],
    [10, 10],
  ])
  expect(all[1]?.position).toEqual([4, 9])
})
