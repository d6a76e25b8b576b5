import { CreateProductRequest } from '@kiosk/contracts/http/catalog'
import { describe, expect, test } from 'vitest'
import { broadSearches, productOf, searches, shuffled } from './catalogue.ts'
import { requestOf } from './seed.ts'

const thousand = Array.from({ length: 1000 }, (_, n) => productOf(n))

describe('the products', () => {
  test('are the same in every run', () => {
    expect(productOf(123)).toEqual(productOf(123))
    expect(productOf(123)).not.toEqual(productOf(124))
  })

  test('have SKUs and slugs of their own', () => {
    expect(new Set(thousand.map(({ sku }) => sku)).size).toBe(1000)
    expect(new Set(thousand.map(({ slug }) => slug)).size).toBe(1000)
  })

  test('are what the catalog takes', () => {
    for (const product of thousand.slice(0, 100)) {
      const request = requestOf(product, new Map())
      expect(CreateProductRequest.safeParse(request).error).toBeUndefined()
    }
  })
})

describe('the searches', () => {
  const texts = thousand.map(({ name, description, attributes }) =>
    ` ${[name, description, ...Object.values(attributes)].join(' ')}`.toLowerCase(),
  )
  const found = (query: string) => {
    const words = query.toLowerCase().split(' ')
    return texts.filter((text) => words.every((word) => text.includes(` ${word}`))).length
  }

  test('of people who know what they want find something, and not much', () => {
    const counts = searches(1000, 100).map(found)
    expect(Math.min(...counts)).toBeGreaterThan(0)
    expect(Math.max(...counts)).toBeLessThan(20)
  })

  test('by model name find as many in a shop of any size', () => {
    const counts = searches(1000, 100)
      .filter((query) => !query.includes(' '))
      .map(found)
    expect(new Set(counts)).toEqual(new Set([4]))
  })

  test('of people who look around find many', () => {
    expect(Math.min(...broadSearches(48).map(found))).toBeGreaterThan(8)
  })
})

test('the order in which products are sold has every one of them once', () => {
  const order = shuffled(100)
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n))
  expect(order).not.toEqual(order.toSorted((a, b) => a - b))
})
