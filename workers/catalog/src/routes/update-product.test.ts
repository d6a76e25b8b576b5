import { describe, expect, it } from 'vitest'
import {
  addProduct,
  asStaff,
  call,
  freshSku,
  hear,
  listed,
  namesOf,
  outcomeOf,
  patchProduct,
  postProduct,
  readProduct,
  stockChanged,
  usd,
} from '../../test/client.ts'

describe('PATCH /v1/products/{idOrSlug}', () => {
  it('changes the given fields and no other, by id or slug, and says so', async () => {
    const before = await addProduct({ name: 'Old name', attributes: { a: 1 } })
    const response = await call(`PATCH /v1/products/${before.slug}`, {
      ...asStaff,
      body: { name: 'New name', description: '', version: 9, id: 'prd_x', createdAt: 'x' },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).toBe('"2"')
    const after = await readProduct(before.id)
    expect(await response.json()).toEqual(after)
    expect(after).toEqual({
      ...before,
      name: 'New name',
      description: '',
      variants: before.variants.map((variant) => ({ ...variant, name: 'New name' })),
      version: 2,
      updatedAt: after.updatedAt,
    })
    expect(await namesOf({ q: 'old name' })).toEqual([])
    expect(await namesOf({ q: 'new name' })).toEqual(['New name'])
  })

  it('writes nothing when nothing changes', async () => {
    const before = await addProduct()
    expect(await patchProduct(before.id, {})).toBe('200')
    expect(await patchProduct(before.id, { name: before.name, categoryIds: [] })).toBe('200')
    expect(await readProduct(before.id)).toEqual(before)
  })

  it('replaces the variants: updates, adds and withdraws', async () => {
    const [kept, dropped, added] = [freshSku(), freshSku(), freshSku()]
    const price = usd(1_000)
    const before = await addProduct({
      name: 'Variable',
      variants: [
        { sku: dropped, price },
        { sku: kept, price },
      ],
    })
    await hear(stockChanged(dropped, 3, 1))
    expect((await listed({ q: 'variable', inStock: 'true' })).items).toHaveLength(1)

    const variants = [
      { sku: kept, name: 'Dear', price: usd(7_000) },
      { sku: added, price: usd(5_000) },
    ]
    expect(await patchProduct(before.id, { variants })).toBe('200')
    const after = await readProduct(before.id)
    expect(after.variants.map(({ sku, name, price }) => [sku, name, price.amountMinor])).toEqual([
      [kept, 'Dear', 7_000],
      [added, 'Variable', 5_000],
    ])
    expect((await listed({ q: 'variable', inStock: 'true' })).items).toHaveLength(0)
    expect(await namesOf({ q: 'variable', maxPriceMinor: 4_999 })).toEqual([])
    expect(await namesOf({ q: dropped })).toEqual([])

    expect(await postProduct({ variants: [{ sku: dropped, price }] })).toBe('409 sku_taken')
    expect(await patchProduct(before.id, { variants: [{ sku: dropped, price }] })).toBe('200')
    expect((await readProduct(before.id)).variants).toMatchObject([{ sku: dropped, price }])
    expect((await listed({ q: 'variable', inStock: 'true' })).items).toHaveLength(1)
  })

  it('refuses what POST refuses', async () => {
    const [one, two] = [await addProduct(), await addProduct()]
    const price = usd(1)
    expect(await patchProduct(one.id, { variants: [] })).toBe('400 validation_failed')
    expect(await patchProduct(one.id, { slug: null })).toBe('400 validation_failed')
    expect(await patchProduct(one.id, { slug: two.slug })).toBe('409 slug_taken')
    const sku = two.variants[0]?.sku
    expect(await patchProduct(one.id, { variants: [{ sku, price }] })).toBe('409 sku_taken')
    const eur = { amountMinor: 1, currency: 'EUR' }
    const variants = [
      { sku: freshSku(), price },
      { sku: freshSku(), price: eur },
    ]
    expect(await patchProduct(one.id, { variants })).toBe('422 mixed_currencies')
    const categoryIds = ['cat_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C']
    expect(await patchProduct(one.id, { categoryIds })).toBe('422 unknown_category')
    expect(await readProduct(one.id)).toEqual(one)
    expect(await patchProduct('no-such-product', { name: 'x' })).toBe('404 not_found')
    expect(await outcomeOf(`PATCH /v1/products/${one.id}`, { body: {} })).toBe('401 unauthorized')
  })

  it('heeds If-Match', async () => {
    const { id } = await addProduct()
    expect(await patchProduct(id, { name: 'Two' }, { 'if-match': '"1"' })).toBe('200')
    for (const tag of ['"1"', 'W/"1"', '"999"', 'nonsense', '2', '"2', '""', '"\'"']) {
      expect([tag, await patchProduct(id, { name: 'No' }, { 'if-match': tag })]).toEqual([
        tag,
        '412 precondition_failed',
      ])
    }
    expect(await patchProduct(id, { name: 'Three' }, { 'if-match': '"9", W/"2"' })).toBe('200')
    expect(await patchProduct(id, { name: 'Four' }, { 'if-match': '*' })).toBe('200')
    expect((await readProduct(id)).version).toBe(4)
  })

  it('loses no change when many come at once', async () => {
    const { id } = await addProduct()
    const fields = {
      name: 'N',
      description: 'D',
      status: 'draft',
      slug: 'at-once',
      attributes: { a: 1 },
    }
    const bodies = Object.entries(fields).map(([field, value]) => ({ [field]: value }))
    const outcomes = await Promise.all(bodies.map((body) => patchProduct(id, body)))
    expect(new Set(outcomes)).toEqual(new Set(['200']))
    expect(await readProduct(id)).toMatchObject({ ...fields, version: 6 })
  })
})
