import { CreateProductRequest } from '@kiosk/contracts/http/catalog'
import { describe, expect, test } from 'vitest'
import { DEPARTMENTS, LAST_SLUG, PRODUCTS } from './shop.ts'
import { firstCount, LOW_STOCK_THRESHOLD } from './stock.ts'

const variants = PRODUCTS.flatMap((product) => product.variants)
const counts = variants.map((variant) => firstCount(variant.sku))

describe('the seeded shop', () => {
  test('has at least 210 products, each with a variant', () => {
    expect(PRODUCTS.length).toBeGreaterThanOrEqual(210)
    expect(PRODUCTS.filter((product) => product.variants.length === 0)).toEqual([])
  })

  test('asks the catalog only for products that it accepts', () => {
    for (const { category: _, ...product } of PRODUCTS) {
      const body = { ...product, status: 'published' }
      expect(CreateProductRequest.parse(body)).toMatchObject(body)
    }
  })

  test('uses every slug and every SKU once', () => {
    expect(repeated(PRODUCTS.map((product) => product.slug))).toEqual([])
    expect(repeated(variants.map((variant) => variant.sku))).toEqual([])
    expect(repeated(categorySlugs())).toEqual([])
  })

  test('describes every product in its own words', () => {
    expect(repeated(PRODUCTS.map((product) => product.description.slice(0, 40)))).toEqual([])
    expect(PRODUCTS.filter((product) => product.description.length < 100)).toEqual([])
  })

  test('puts a product into every section', () => {
    const used = new Set(PRODUCTS.map((product) => product.category))
    const sections = DEPARTMENTS.flatMap((department) => department.sections)
    expect(sections.filter((section) => !used.has(section.slug))).toEqual([])
  })

  test('writes SKUs and slugs that can stand in a URL', () => {
    expect(variants.filter((variant) => !/^[A-Z0-9]+(-[A-Z0-9]+)*$/.test(variant.sku))).toEqual([])
    expect(PRODUCTS.filter((product) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(product.slug))).toEqual([])
  })

  test('charges whole cents, and more for what is larger', () => {
    expect(variants.filter(({ price }) => !Number.isInteger(price.amountMinor))).toEqual([])
    expect(priceOf('COF-MORNING-1KG')).toBe(priceOf('COF-MORNING-250G') + 3300)
  })

  test('names in surcharges and extra weights only values that an option has', () => {
    for (const section of DEPARTMENTS.flatMap((department) => department.sections)) {
      for (const product of section.products) {
        const values = Object.values(product.options ?? section.options ?? {}).flat()
        const named = Object.keys({ ...product.surcharges, ...product.extraGrams })
        expect(values).toEqual(expect.arrayContaining(named))
      }
    }
  })

  test('is mostly well stocked, with some low and a few out of stock', () => {
    const out = counts.filter((count) => count === 0).length
    const low = counts.filter((count) => count > 0 && count <= LOW_STOCK_THRESHOLD).length
    expect(out / counts.length).toBeGreaterThan(0.01)
    expect(out / counts.length).toBeLessThan(0.06)
    expect(low / counts.length).toBeGreaterThan(0.04)
    expect(low / counts.length).toBeLessThan(0.15)
  })

  test('ends with the product that tells readiness the seed is complete', () => {
    expect(PRODUCTS.at(-1)?.slug).toBe(LAST_SLUG)
    expect(PRODUCTS.at(-1)?.variants.every(({ sku }) => firstCount(sku) > 0)).toBe(true)
  })
})

function categorySlugs(): string[] {
  return DEPARTMENTS.flatMap((department) => [
    department.slug,
    ...department.sections.map((section) => section.slug),
  ])
}

function priceOf(sku: string): number {
  return variants.find((variant) => variant.sku === sku)?.price.amountMinor ?? Number.NaN
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}
