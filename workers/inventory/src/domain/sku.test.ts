import { UNITS_MAX } from '@kiosk/contracts/http/inventory'
import { describe, expect, it } from 'vitest'
import { inSkuOrder, sumBySku } from './lines.ts'
import { adjustStock, availableOf, newStock, revise, setStock, type Stock } from './sku.ts'

function stock(patch: Partial<Stock> = {}): Stock {
  const usual = { onHand: 10, reserved: 4, version: 3, lowStockThreshold: 5, isLow: false }
  return { sku: 'TEE', ...usual, ...patch }
}

describe('counting stock', () => {
  it('records the difference to what was there', () => {
    const result = setStock(stock(), { onHand: 7 })
    expect(result).toMatchObject({
      ok: true,
      value: {
        stock: { onHand: 7, reserved: 4, version: 4 },
        movements: [{ delta: -3, reason: 'count', reference: null, onHand: 7 }],
      },
    })
  })

  it.each([3, 0])('refuses %i units when 4 are reserved', (onHand) => {
    const refusal = { code: 'below_reserved', reserved: 4 }
    expect(setStock(stock(), { onHand })).toEqual({ ok: false, refusal })
  })

  it('accepts exactly what is reserved', () => {
    expect(setStock(stock(), { onHand: 4 })).toMatchObject({
      ok: true,
      value: { stock: { onHand: 4 } },
    })
  })

  it('changes nothing when it says what was known', () => {
    const known = stock()
    expect(setStock(known, { onHand: 10, lowStockThreshold: 5 })).toEqual({
      ok: true,
      value: { stock: known, movements: [], facts: [] },
    })
  })

  it('makes a new version of a new threshold, without a movement', () => {
    expect(setStock(stock(), { onHand: 10, lowStockThreshold: 2 })).toMatchObject({
      ok: true,
      value: { stock: { version: 4, lowStockThreshold: 2 }, movements: [] },
    })
  })

  it('gives a SKU its first version even when there is nothing on hand', () => {
    expect(setStock(newStock('TEE', 5), { onHand: 0 })).toMatchObject({
      ok: true,
      value: { stock: { version: 1, onHand: 0 }, movements: [] },
    })
  })
})

describe('adjusting stock', () => {
  it.each([
    [5, 15],
    [-6, 4],
  ])('by %i leaves %i, with the reason given', (delta, onHand) => {
    expect(adjustStock(stock(), { delta, reason: 'found' })).toMatchObject({
      ok: true,
      value: { stock: { onHand }, movements: [{ delta, reason: 'found', onHand }] },
    })
  })

  it.each([-7, -11])('by %i is refused: 4 of 10 are reserved', (delta) => {
    const result = adjustStock(stock(), { delta, reason: 'lost' })
    expect(result).toMatchObject({ ok: false, refusal: { code: 'below_reserved' } })
  })

  it('is refused above the maximum', () => {
    const result = adjustStock(stock(), { delta: UNITS_MAX, reason: 'typo' })
    expect(result).toEqual({ ok: false, refusal: { code: 'above_maximum' } })
  })
})

describe('low stock', () => {
  it('is announced once when it falls to the threshold, and again only after it has risen above', () => {
    let current = stock({ onHand: 20, reserved: 0 })
    const announced: number[] = []
    for (const onHand of [10, 6, 5, 4, 5, 3, 6, 5, 20, 0, 0]) {
      const { stock: next, facts } = revise(current, { onHand })
      if (facts.length > 0) announced.push(onHand)
      current = next
    }
    expect(announced).toEqual([5, 5, 0])
  })

  it('counts what is reserved as gone', () => {
    expect(revise(stock(), { reserved: 5 }).facts).toEqual([{ type: 'stock.low' }])
    expect(availableOf(stock())).toBe(6)
  })

  it('is not announced for a SKU whose stock nobody has set', () => {
    expect(newStock('TEE', 5)).toMatchObject({ version: 0, isLow: false })
  })
})

describe('the balance', () => {
  it.each([{ reserved: 11 }, { reserved: -1 }, { onHand: 3 }, { onHand: 10.5 }, { onHand: NaN }])(
    'never becomes %o',
    (patch) => {
      expect(() => revise(stock(), patch)).toThrow('assertion failed')
    },
  )
})

describe('lines', () => {
  const lines = [
    { sku: 'b', quantity: 1 },
    { sku: 'A', quantity: 2 },
    { sku: 'b', quantity: 3 },
  ]

  it('are summed by SKU, in the order in which they were named', () => {
    expect(sumBySku(lines)).toEqual([
      { sku: 'b', quantity: 4 },
      { sku: 'A', quantity: 2 },
    ])
  })

  it('are acquired in one order, however they were named', () => {
    expect(inSkuOrder(lines)).toEqual(inSkuOrder(lines.toReversed()))
    expect(inSkuOrder(lines).map(({ sku }) => sku)).toEqual(['A', 'b'])
  })

  it.each([0, -1, 1.5, Infinity])('of %d units are a bug of the caller', (quantity) => {
    expect(() => sumBySku([{ sku: 'A', quantity }])).toThrow('positive quantity')
  })
})
