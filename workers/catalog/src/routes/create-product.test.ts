import { describe, expect, it } from 'vitest'
import {
  addCategory,
  addProduct,
  asStaff,
  call,
  eventsOf,
  freshSku,
  outcomeOf,
  postProduct,
  productBody,
  readProduct,
  usd,
} from '../../test/client.ts'

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
    expect(await postProduct(change)).toBe('400 validation_failed')
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
    expect(await postProduct({ slug: 'taken-slug' })).toBe('409 slug_taken')
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
    const outcomes = await Promise.all([1, 2, 3].map(() => postProduct({ variants })))
    expect(outcomes.toSorted()).toEqual(['201', '409 sku_taken', '409 sku_taken'])
  })

  it('refuses variants in two currencies, and a category that does not exist', async () => {
    const eur = { amountMinor: 100, currency: 'EUR' }
    const variants = [
      { sku: freshSku(), price },
      { sku: freshSku(), price: eur },
    ]
    expect(await postProduct({ variants })).toBe('422 mixed_currencies')
    const categoryIds = ['cat_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C']
    expect(await postProduct({ categoryIds })).toBe('422 unknown_category')
  })
})
