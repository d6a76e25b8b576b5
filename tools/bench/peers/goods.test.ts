import { expect, test } from 'vitest'
import { productOf } from '../catalogue.ts'
import { goods, inTurns, productsIn } from './goods.ts'
import { csvOf } from './vendure-goods.ts'

test('goods are sold in turns, each as often as another', () => {
  const next = inTurns(3)
  const sold = Array.from({ length: 6 }, next)
  expect(new Set(sold.slice(0, 3)).size).toBe(3)
  expect(sold.slice(3)).toEqual(sold.slice(0, 3))
})

test('products are counted in an answer of any form, each once', () => {
  const [one, two] = [productOf(1).sku, productOf(2).sku]
  expect(
    productsIn({ data: { search: { items: [{ sku: one }, { sku: two }, { sku: one }] } } }),
  ).toBe(2)
  expect(productsIn({ errors: [{ message: 'no such product' }] })).toBe(0)
  expect(productsIn(undefined)).toBe(0)
})

test('Vendure imports a line of each product, with quotes around what may have commas', () => {
  const [heading, first, ...rest] = csvOf(goods(2)).trimEnd().split('\n')
  const { name, slug, description, category, sku, priceMinor } = productOf(0)
  expect(heading).toMatch(/^"name","slug","description",/)
  expect(first).toBe(
    [name, slug, description, '', `category:${category}`, '', '', sku, String(priceMinor / 100)]
      .concat('standard', '10000000', 'true', '', '')
      .map((cell) => `"${cell}"`)
      .join(','),
  )
  expect(rest).toHaveLength(1)
})
