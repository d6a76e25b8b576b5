import { expect, it } from 'vitest'
import { payingDeadline } from './hold.ts'
import { priceOrder, unitsPerSku } from './pricing.ts'

const variant = (sku: string, amountMinor: number, currency = 'USD') => ({
  sku,
  productId: 'prd_1',
  name: sku,
  price: { amountMinor, currency },
})

it('the total is the sum of quantity times price, in integer minor units', () => {
  const priced = priceOrder(
    [
      { sku: 'A', quantity: 3 },
      { sku: 'B', quantity: 1 },
    ],
    [variant('A', 1999), variant('B', 1)],
  )
  expect(priced).toMatchObject({
    ok: true,
    value: { currency: 'USD', subtotalMinor: 5998, totalMinor: 5998 },
  })
})

it('names every SKU that is not for sale, once', () => {
  const wanted = ['X', 'A', 'Y', 'X'].map((sku) => ({ sku, quantity: 1 }))
  expect(priceOrder(wanted, [variant('A', 1)])).toEqual({
    ok: false,
    refusal: { code: 'unknown_sku', skus: ['X', 'Y'] },
  })
})

it('refuses two currencies in one order', () => {
  const wanted = ['A', 'B'].map((sku) => ({ sku, quantity: 1 }))
  const priced = priceOrder(wanted, [variant('A', 1, 'USD'), variant('B', 1, 'EUR')])
  expect(priced).toMatchObject({ ok: false, refusal: { code: 'mixed_currencies' } })
})

it('refuses a total that money cannot hold exactly', () => {
  const priced = priceOrder([{ sku: 'A', quantity: 1_000_000 }], [variant('A', 1_000_000_000_000)])
  expect(priced).toMatchObject({ ok: false, refusal: { code: 'total_too_large' } })
})

it('sums the units of lines that name the same SKU', () => {
  const lines = [
    { sku: 'A', quantity: 1 },
    { sku: 'B', quantity: 2 },
    { sku: 'A', quantity: 3 },
  ]
  expect(unitsPerSku(lines)).toEqual([
    { sku: 'A', quantity: 4 },
    { sku: 'B', quantity: 2 },
  ])
})

const limits = { paymentHoldMs: 10, holdMsMax: 60 }

it.each([
  ['keeps a deadline that is far enough', { createdAt: 0, expiresAt: 15 }, 2, 15],
  ['moves one that is too near', { createdAt: 0, expiresAt: 15 }, 8, 18],
  ['never beyond the latest', { createdAt: 0, expiresAt: 55 }, 54, 60],
  ['gives none once the time is over', { createdAt: 0, expiresAt: 60 }, 60, null],
] as const)('paying %s', (_name, order, now, deadline) => {
  expect(payingDeadline(order, now, limits)).toBe(deadline)
})
