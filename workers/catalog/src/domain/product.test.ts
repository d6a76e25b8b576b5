import type { CreateProductRequest } from '@kiosk/contracts/http/catalog'
import { describe, expect, it } from 'vitest'
import { editProduct, lineName, nameKey, newProduct, priceRange, variantName } from './product.ts'

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const request: CreateProductRequest & { slug: string } = {
  name: 'Shirt',
  slug: 'shirt',
  description: '',
  status: 'draft',
  categoryIds: ['cat_a', 'cat_b', 'cat_a'],
  attributes: {},
  images: [],
  variants: [
    { sku: 'A', options: { size: 'M', colour: 'Blue' }, price: usd(300) },
    { sku: 'B', name: 'Big', options: {}, price: usd(100) },
  ],
}

function shirt() {
  const created = newProduct(request, 'prd_1', 1_000)
  if (!created.ok) throw new Error('refused')
  return created.value
}

describe('newProduct', () => {
  it('begins at version 1, with each category once', () => {
    const times = { createdAt: 1_000, updatedAt: 1_000 }
    expect(shirt()).toMatchObject({ version: 1, categoryIds: ['cat_a', 'cat_b'], ...times })
    expect(priceRange(shirt())).toEqual({ min: 100, max: 300, currency: 'USD' })
  })

  it('refuses variants in two currencies', () => {
    const eur = { sku: 'C', options: {}, price: { amountMinor: 1, currency: 'EUR' } }
    const variants = [...request.variants, eur]
    expect(newProduct({ ...request, variants }, 'prd_1', 1)).toEqual({
      ok: false,
      refusal: { code: 'mixed_currencies', currencies: ['USD', 'EUR'] },
    })
  })
})

describe('editProduct', () => {
  it('is the very same product when nothing changes', () => {
    const product = shirt()
    for (const patch of [{}, { name: 'Shirt' }, { variants: request.variants }]) {
      const edited = editProduct(product, patch, 2_000)
      expect(edited.ok && edited.value).toBe(product)
    }
  })

  it('changes what is given and nothing else, and raises the version', () => {
    expect(editProduct(shirt(), { status: 'published' }, 2_000)).toEqual({
      ok: true,
      value: { ...shirt(), status: 'published', version: 2, updatedAt: 2_000 },
    })
  })

  it('moves to another currency with all variants only', () => {
    const price = { amountMinor: 1, currency: 'EUR' }
    const all = request.variants.map((variant) => ({ ...variant, price }))
    expect(editProduct(shirt(), { variants: all }, 2).ok).toBe(true)
    const one = request.variants.map((variant, n) => (n === 0 ? { ...variant, price } : variant))
    expect(editProduct(shirt(), { variants: one }, 2).ok).toBe(false)
  })
})

describe('names', () => {
  it('a variant is called by its name, its options, or its product', () => {
    expect(shirt().variants.map((variant) => variantName(shirt(), variant))).toEqual([
      'M / Blue',
      'Big',
    ])
    expect(variantName({ name: 'Mug' }, { name: null, options: {} })).toBe('Mug')
    expect(lineName('Mug', 'Mug')).toBe('Mug')
    expect(lineName('Shirt', 'Big')).toBe('Shirt – Big')
  })

  it('of the greatest size, with what JSON makes long, leave room for 100 in an event', () => {
    const longest = ['\u0001', '\ud800', '"', '名'].map((character) => character.repeat(500))
    for (const name of longest) {
      const label = variantName({ name: 'x' }, { name, options: {} })
      const bytes = new TextEncoder().encode(JSON.stringify(lineName(name, label))).length
      expect(bytes).toBeLessThan(1_250)
    }
    expect(variantName({ name: 'x' }, { name: `${'x'.repeat(199)}😀`, options: {} })).toMatch(/x $/)
  })

  it('are sorted without case and accents, by a key of bounded length', () => {
    expect(nameKey('ÉCLAIR')).toBe('eclair')
    expect(nameKey('\ufdfa'.repeat(200))).toHaveLength(100)
  })
})
