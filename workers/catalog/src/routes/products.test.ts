import { describe, expect, it } from 'vitest'
import {
  addCategory,
  addProduct,
  call,
  env,
  eventsOf,
  freshSku,
  hear,
  listed,
  namesOf,
  outcomeOf,
  productBody,
  readProduct,
  stockChanged,
  usd,
} from '../../test/client.ts'

const asStaff = { as: 'staff' } as const

function post(change: Record<string, unknown>) {
  return outcomeOf('POST /v1/products', { ...asStaff, body: productBody(change) })
}

function patch(id: string, body: unknown, headers: Record<string, string> = {}) {
  return outcomeOf(`PATCH /v1/products/${id}`, { ...asStaff, body, headers })
}

describe('POST /v1/products', () => {
  it('answers the whole product, and finds it by id and by slug', async () => {
    const category = await addCategory('Shirts of the first test')
    const body = {
      name: 'Linen shirt “Côte”',
      description: 'Light and cool',
      status: 'published',
      categoryIds: [category.id, category.id],
      attributes: { material: 'linen', washable: true, weight: 0.2 },
      images: [{ url: 'https://images.example/a.jpg', alt: 'front' }],
      variants: [
        {
          sku: freshSku(),
          options: { colour: 'Blue', size: 'M' },
          price: usd(4_900),
          weightGrams: 210,
        },
        { sku: freshSku(), name: 'Giant', options: {}, price: usd(5_900) },
        { sku: freshSku(), price: usd(0) },
      ],
      id: 'prd_mine',
      version: 7,
    }
    const response = await call('POST /v1/products', { ...asStaff, body })
    expect(response.status).toBe(201)
    expect(response.headers.get('etag')).toBe('"1"')
    const product = await response.json<Record<string, unknown>>()
    expect(product).toEqual({
      id: expect.stringMatching(/^prd_[0-9A-Z]{26}$/),
      slug: 'linen-shirt-cote',
      name: body.name,
      description: body.description,
      status: 'published',
      categoryIds: [category.id],
      attributes: body.attributes,
      images: body.images,
      variants: [
        { ...body.variants[0], name: 'Blue / M' },
        body.variants[1],
        { ...body.variants[2], name: body.name, options: {} },
      ].map((variant) => ({ ...variant, stock: { available: 0, inStock: false } })),
      version: 1,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: product['createdAt'],
    })
    expect(response.headers.get('location')).toBe(`/v1/products/${String(product['id'])}`)
    expect(await readProduct(String(product['id']))).toEqual(product)
    expect(await readProduct('linen-shirt-cote')).toEqual(product)
    expect(await eventsOf(String(product['id']))).toMatchObject([
      {
        type: 'product.created',
        aggregateversion: 1,
        data: { productId: product['id'], variants: [{ name: 'Blue / M' }, {}, {}] },
      },
    ])
  })

  it.each([
    ['anonymous', undefined, '401 unauthorized'],
    ['customer', 'customer', '403 forbidden'],
    ['staff', 'staff', '201'],
    ['admin', 'admin', '201'],
  ] as const)('is for staff and admin: %s', async (_, as, outcome) => {
    expect(await outcomeOf('POST /v1/products', { as, body: productBody() })).toBe(outcome)
  })

  it('refuses a body of another type before it reads it, and a token before that', async () => {
    const headers = { 'content-type': 'text/plain' }
    const request = { body: 'nonsense', headers }
    expect(await outcomeOf('POST /v1/products', request)).toBe('401 unauthorized')
    const outcome = await outcomeOf('POST /v1/products', { ...asStaff, ...request })
    expect(outcome).toBe('415 unsupported_media_type')
  })

  const price = usd(100)
  const twice = freshSku()
  it.each<[string, Record<string, unknown>]>([
    ['no name', { name: undefined }],
    ['a blank name', { name: '  ' }],
    ['a long name', { name: 'x'.repeat(201) }],
    ['a number as a name', { name: 5 }],
    ['no status', { status: undefined }],
    ['another status', { status: 'archived' }],
    ['no variants', { variants: [] }],
    ['variants that are null', { variants: null }],
    [
      'too many variants',
      { variants: Array.from({ length: 101 }, () => ({ sku: freshSku(), price })) },
    ],
    [
      'a SKU twice',
      {
        variants: [
          { sku: twice, price },
          { sku: twice, price },
        ],
      },
    ],
    ['a SKU with a space', { variants: [{ sku: 'a b', price }] }],
    ['a SKU with a null byte', { variants: [{ sku: 'a\0b', price }] }],
    ['a variant without a price', { variants: [{ sku: freshSku() }] }],
    ['a negative price', { variants: [{ sku: freshSku(), price: usd(-1) }] }],
    ['a fraction of a cent', { variants: [{ sku: freshSku(), price: usd(1.5) }] }],
    [
      'a price as text',
      { variants: [{ sku: freshSku(), price: { amountMinor: '5', currency: 'USD' } }] },
    ],
    ['a huge price', { variants: [{ sku: freshSku(), price: usd(1e18) }] }],
    [
      'no such currency',
      { variants: [{ sku: freshSku(), price: { amountMinor: 5, currency: 'ZZZ' } }] },
    ],
    ['a negative weight', { variants: [{ sku: freshSku(), price, weightGrams: -1 }] }],
    [
      'an option that is a number',
      { variants: [{ sku: freshSku(), price, options: { size: 5 } }] },
    ],
    ['an attribute that is a list', { attributes: { a: [] } }],
    [
      'too many attributes',
      { attributes: Object.fromEntries([...Array(51).keys()].map((n) => [n, 1])) },
    ],
    ['a malformed category id', { categoryIds: ['shirts'] }],
    ['an image that is a script', { images: [{ url: 'javascript:alert(1)', alt: '' }] }],
    ['an image that is a file', { images: [{ url: 'file:///etc/passwd', alt: '' }] }],
    ['a slug in capitals', { slug: 'Linen' }],
    ['a slug with a slash', { slug: 'a/b' }],
    ['a long description', { description: 'x'.repeat(10_001) }],
  ])('refuses %s', async (_, change) => {
    expect(await post(change)).toBe('400 validation_failed')
  })

  it.each(['{', '[]', 'null', '"text"', '5', ''])('refuses the body %s', async (body) => {
    const outcome = await outcomeOf('POST /v1/products', { ...asStaff, body })
    expect(outcome).toBe('400 validation_failed')
  })

  it('keeps what people write, whatever it is', async () => {
    const name = `Ro'bert"); DROP TABLE products;-- 👕 ￿ \u0000 עברית`
    const attributes = { constructor: 'x', "a'b": '\u0000', '🧵': '"quoted"' }
    const product = await addProduct({ name, description: '\ud800 \n\u0000', attributes })
    expect((await readProduct(product.id)).name).toBe(name)
    expect((await readProduct(product.id)).attributes).toEqual(attributes)
  })

  it('makes a slug from any name, and never the same twice', async () => {
    const slugs = []
    for (const name of ['Fancy   Mug!', 'Fancy mug', 'FANCY MUG', '👕', '🧦', 'x'.repeat(200)]) {
      slugs.push((await addProduct({ name })).slug)
    }
    expect(slugs[0]).toBe('fancy-mug')
    expect(slugs[3]).toBe('product')
    expect(new Set(slugs).size).toBe(slugs.length)
    for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it('refuses a slug and a SKU that exist', async () => {
    const product = await addProduct({ slug: 'taken-slug' })
    expect(await post({ slug: 'taken-slug' })).toBe('409 slug_taken')
    const body = productBody({ variants: [{ sku: product.variants[0]?.sku, price }] })
    const response = await call('POST /v1/products', { ...asStaff, body })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({
      code: 'sku_taken',
      detail: expect.stringContaining(product.variants[0]?.sku ?? '?'),
    })
  })

  it('gives a SKU to one of two that ask for it at once', async () => {
    const variants = [{ sku: freshSku(), price }]
    const outcomes = await Promise.all([1, 2, 3].map(() => post({ variants })))
    expect(outcomes.toSorted()).toEqual(['201', '409 sku_taken', '409 sku_taken'])
  })

  it('refuses variants in two currencies, and a category that does not exist', async () => {
    const eur = { amountMinor: 100, currency: 'EUR' }
    const variants = [
      { sku: freshSku(), price },
      { sku: freshSku(), price: eur },
    ]
    expect(await post({ variants })).toBe('422 mixed_currencies')
    const categoryIds = ['cat_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C']
    expect(await post({ categoryIds })).toBe('422 unknown_category')
  })
})

describe('GET /v1/products/{idOrSlug}', () => {
  it.each([
    'prd_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
    'prd_x',
    'no-such-slug',
    '%00',
    '%F0%9F%91%95',
    '%E0%A4%A',
    "' OR 1=1 --",
    '..%2F..%2Fetc',
  ])('finds nothing at %s', async (path) => {
    expect(await outcomeOf(`GET /v1/products/${path}`)).toBe('404 not_found')
  })

  it('shows a draft to staff only', async () => {
    const draft = await addProduct({ status: 'draft', name: 'Secret plan' })
    for (const at of [draft.id, draft.slug]) {
      expect(await outcomeOf(`GET /v1/products/${at}`)).toBe('404 not_found')
      expect(await outcomeOf(`GET /v1/products/${at}`, { as: 'customer' })).toBe('404 not_found')
      expect(await outcomeOf(`GET /v1/products/${at}`, asStaff)).toBe('200')
    }
    expect(await namesOf({ q: 'secret plan' })).toEqual([])
    const published = await call('GET /v1/products?q=secret', asStaff)
    expect(await published.json(), 'staff ask for drafts').toMatchObject({ items: [] })
    expect(await outcomeOf('GET /v1/products?status=draft')).toBe('401 unauthorized')
    const asCustomer = await outcomeOf('GET /v1/products?status=draft', { as: 'customer' })
    expect(asCustomer).toBe('403 forbidden')
    const drafts = await call('GET /v1/products?status=draft', asStaff)
    const { items } = await drafts.json<{ items: unknown[] }>()
    expect(items).toEqual([expect.objectContaining({ id: draft.id, status: 'draft' })])
    expect(await patch(draft.id, { status: 'published' })).toBe('200')
    expect(await namesOf({ q: 'secret plan' })).toEqual(['Secret plan'])
  })
})

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
    expect(await patch(before.id, {})).toBe('200')
    expect(await patch(before.id, { name: before.name, categoryIds: [] })).toBe('200')
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
    expect(await patch(before.id, { variants })).toBe('200')
    const after = await readProduct(before.id)
    expect(after.variants.map(({ sku, name, price }) => [sku, name, price.amountMinor])).toEqual([
      [kept, 'Dear', 7_000],
      [added, 'Variable', 5_000],
    ])
    expect((await listed({ q: 'variable', inStock: 'true' })).items).toHaveLength(0)
    expect(await namesOf({ q: 'variable', maxPriceMinor: 4_999 })).toEqual([])
    expect(await namesOf({ q: dropped })).toEqual([])

    expect(await post({ variants: [{ sku: dropped, price }] })).toBe('409 sku_taken')
    expect(await patch(before.id, { variants: [{ sku: dropped, price }] })).toBe('200')
    expect((await readProduct(before.id)).variants).toMatchObject([{ sku: dropped, price }])
    expect((await listed({ q: 'variable', inStock: 'true' })).items).toHaveLength(1)
  })

  it('refuses what POST refuses', async () => {
    const [one, two] = [await addProduct(), await addProduct()]
    const price = usd(1)
    expect(await patch(one.id, { variants: [] })).toBe('400 validation_failed')
    expect(await patch(one.id, { slug: null })).toBe('400 validation_failed')
    expect(await patch(one.id, { slug: two.slug })).toBe('409 slug_taken')
    const sku = two.variants[0]?.sku
    expect(await patch(one.id, { variants: [{ sku, price }] })).toBe('409 sku_taken')
    const eur = { amountMinor: 1, currency: 'EUR' }
    const variants = [
      { sku: freshSku(), price },
      { sku: freshSku(), price: eur },
    ]
    expect(await patch(one.id, { variants })).toBe('422 mixed_currencies')
    const categoryIds = ['cat_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C']
    expect(await patch(one.id, { categoryIds })).toBe('422 unknown_category')
    expect(await readProduct(one.id)).toEqual(one)
    expect(await patch('no-such-product', { name: 'x' })).toBe('404 not_found')
    expect(await outcomeOf(`PATCH /v1/products/${one.id}`, { body: {} })).toBe('401 unauthorized')
  })

  it('heeds If-Match', async () => {
    const { id } = await addProduct()
    expect(await patch(id, { name: 'Two' }, { 'if-match': '"1"' })).toBe('200')
    for (const tag of ['"1"', 'W/"1"', '"999"', 'nonsense', '2', '"2', '""', '"\'"']) {
      expect([tag, await patch(id, { name: 'No' }, { 'if-match': tag })]).toEqual([
        tag,
        '412 precondition_failed',
      ])
    }
    expect(await patch(id, { name: 'Three' }, { 'if-match': '"9", W/"2"' })).toBe('200')
    expect(await patch(id, { name: 'Four' }, { 'if-match': '*' })).toBe('200')
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
    const outcomes = await Promise.all(bodies.map((body) => patch(id, body)))
    expect(new Set(outcomes)).toEqual(new Set(['200']))
    expect(await readProduct(id)).toMatchObject({ ...fields, version: 6 })
  })
})

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
    expect(await patch(product.id, { name: 'Alive' })).toBe('404 not_found')
    expect(await outcomeOf(at, asStaff)).toBe('404 not_found')
    expect(await namesOf({ q: 'doomed' })).toEqual([])
    expect(await namesOf({ category: category.slug })).toEqual([])
    const variants = [{ sku: product.variants[0]?.sku, price: usd(1) }]
    expect(await post({ variants })).toBe('409 sku_taken')
    expect(await post({ slug: product.slug })).toBe('201')
    expect(await outcomeOf(`DELETE /v1/categories/${category.id}`, asStaff)).toBe('204')
  })
})

describe('GET /readyz', () => {
  it('waits for the last product of the seed and its stock', async () => {
    const { app } = await import('../app.ts')
    const slug = 'last-of-the-seed'
    const ready = async () => {
      const response = await app.request('/readyz', {}, { ...env, SEED_LAST_SLUG: slug })
      return [response.status, await response.json()]
    }
    const checks = { migrated: true, seeded: false }
    expect(await ready()).toEqual([503, { status: 'not_ready', checks }])
    const product = await addProduct({ slug })
    expect((await ready())[0]).toBe(503)
    const sku = product.variants[0]?.sku ?? ''
    await hear(stockChanged(sku, 0, 1))
    expect((await ready())[0]).toBe(503)
    await hear(stockChanged(sku, 5, 2))
    expect((await ready())[0]).toBe(200)
    await hear(stockChanged(sku, 0, 3))
    expect((await ready())[0], 'selling out is no reason to stop').toBe(200)
  })
})
