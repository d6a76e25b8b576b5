import { describe, expect, it } from 'vitest'
import {
  addCategory,
  addProduct,
  asStaff,
  namesOf,
  outcomeOf,
  patchProduct,
  postProduct,
  usd,
} from '../../test/client.ts'

describe('DELETE /v1/products/{idOrSlug}', () => {
  it('archives: nobody finds it any more, and its SKUs stay taken', async () => {
    const category = await addCategory('For the archive')
    const product = await addProduct({ name: 'Doomed', categoryIds: [category.id] })
    const at = `DELETE /v1/products/${product.id}`
    expect(await outcomeOf(at)).toBe('401 unauthorized')
    expect(await outcomeOf(at, { as: 'customer' })).toBe('403 forbidden')
    const stale = { ...asStaff, headers: { 'if-match': '"7"' } }
    expect(await outcomeOf(at, stale)).toBe('412 precondition_failed')
    expect(await outcomeOf(at, { ...asStaff, headers: { 'if-match': '"1"' } })).toBe('204')

    expect(await outcomeOf(`GET /v1/products/${product.id}`, asStaff)).toBe('404 not_found')
    expect(await outcomeOf(`GET /v1/products/${product.slug}`, asStaff)).toBe('404 not_found')
    expect(await patchProduct(product.id, { name: 'Alive' })).toBe('404 not_found')
    expect(await outcomeOf(at, asStaff)).toBe('404 not_found')
    expect(await namesOf({ q: 'doomed' })).toEqual([])
    expect(await namesOf({ category: category.slug })).toEqual([])
    const variants = [{ sku: product.variants[0]?.sku, price: usd(1) }]
    expect(await postProduct({ variants })).toBe('409 sku_taken')
    expect(await postProduct({ slug: product.slug })).toBe('201')
    expect(await outcomeOf(`DELETE /v1/categories/${category.id}`, asStaff)).toBe('204')
  })
})
