import { randomUUID } from 'node:crypto'
import type { ProductView } from '@kiosk/contracts/http/catalog-view'
import { beforeAll, describe, expect, it } from 'vitest'
import { aProduct } from './api.ts'
import { category, create, list, newSku } from './catalog.ts'
import { type ApiRequest, startSystem, type System } from './harness.ts'
import { errorsSince, expectProblem } from './problems.ts'
import { order, placed, Shop, usd } from './shop.ts'

let system: System
let shop: Shop
let logsBefore: number

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  logsBefore = system.logs().length
})

function patch(product: ProductView, body: unknown, headers: Record<string, string> = {}) {
  const path = `/v1/products/${product.id}`
  return shop.staff.call<ProductView>(path, { method: 'PATCH', body, headers })
}

function read(idOrSlug: string, request: ApiRequest = {}) {
  return system.api<ProductView>(`/v1/products/${idOrSlug}`, request)
}

const skuOf = (product: ProductView) => product.variants[0]?.sku ?? ''

describe.concurrent('a product', () => {
  it('is shown as it was made, by id and by slug', async () => {
    const { id: categoryId } = await category(shop, 'Lamps')
    const sku = newSku()
    const variant = { sku, name: 'Brass', options: { colour: 'brass' }, price: usd(4999) }
    const product = await create(shop, {
      name: 'Desk lamp',
      slug: `desk-lamp-${sku.toLowerCase()}`,
      description: 'Warm light',
      categoryIds: [categoryId],
      attributes: { bulb: 'E27', dimmable: true, watts: 6.5 },
      images: [{ url: 'https://images.kiosk.test/lamp.png', alt: 'A lamp' }],
      variants: [{ ...variant, weightGrams: 900 }],
    })
    expect(product).toEqual({
      id: expect.stringMatching(/^prd_[0-9A-HJKMNP-TV-Z]{26}$/),
      slug: `desk-lamp-${sku.toLowerCase()}`,
      name: 'Desk lamp',
      description: 'Warm light',
      status: 'published',
      categoryIds: [categoryId],
      attributes: { bulb: 'E27', dimmable: true, watts: 6.5 },
      images: [{ url: 'https://images.kiosk.test/lamp.png', alt: 'A lamp' }],
      variants: [{ ...variant, weightGrams: 900, stock: { available: 0, inStock: false } }],
      version: 1,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      updatedAt: product.createdAt,
    })
    expect((await read(product.id)).body).toEqual(product)
    expect((await read(product.slug)).body).toEqual(product)
  })

  it('gets a slug from its name, and another product with that name another one', async () => {
    const name = `Ünï çödé – Lamp № ${randomUUID().slice(0, 6)}`
    const [one, two] = [
      await create(shop, { name, slug: undefined }),
      await create(shop, { name, slug: undefined }),
    ]
    expect(one.slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(two.slug).not.toBe(one.slug)
    const nameless = await create(shop, { name: '日本語 😀', slug: undefined })
    expect(nameless.slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it('refuses a slug or a SKU that another one has', async () => {
    const product = await create(shop)
    const body = aProduct({ sku: newSku() })
    const again = await shop.staff.call('/v1/products', { body: { ...body, slug: product.slug } })
    expectProblem(again, 409)
    expect(again.body).toMatchObject({ code: 'slug_taken' })
    const { variants } = aProduct({ sku: skuOf(product) })
    const same = await shop.staff.call('/v1/products', { body: { ...body, variants } })
    expectProblem(same, 409)
    expect(same.body).toMatchObject({ code: 'sku_taken' })
  })

  it('made or changed by many at once is made once, and never half', async () => {
    const sku = newSku()
    const making = [1, 2, 3, 4].map(() =>
      shop.staff.call('/v1/products', { body: { ...aProduct({ sku }), slug: undefined } }),
    )
    const made = await Promise.all(making)
    expect(made.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
    const name = `Same name ${sku}`
    const namesakes = await Promise.all(
      [1, 2, 3, 4].map(() =>
        shop.staff.call('/v1/products', {
          body: { ...aProduct({ sku: newSku() }), name, slug: undefined },
        }),
      ),
    )
    for (const answer of namesakes) if (answer.status !== 201) expectProblem(answer, 409)
    const product = await create(shop)
    const changes = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => patch(product, { name: `Name ${n}`, description: `Text ${n}` })),
    )
    for (const answer of changes) if (answer.status !== 200) expectProblem(answer, 409)
    const { body } = await read(product.id)
    expect(body.description.at(-1)).toBe(body.name.at(-1))
    const done = changes.filter(({ status }) => status === 200).length
    expect(body.version).toBe(1 + done)
  })

  it.each([
    ['-1', 'USD', 400],
    ['0.5', 'USD', 400],
    ['"100"', 'USD', 400],
    ['1e15', 'USD', 400],
    ['100', 'usd', 400],
    ['100', 'ZZZ', 400],
    ['100', 'US', 400],
    ['0', 'JPY', 201],
    ['100', 'KWD', 201],
  ])('with a price of %s %s is a %i', async (amountMinor, currency, status) => {
    const body = JSON.stringify(aProduct({ sku: newSku() }))
      .replace('1999', amountMinor)
      .replace('"USD"', JSON.stringify(currency))
    const answer = await shop.staff.call('/v1/products', { body })
    if (status === 201) expect(answer.status).toBe(201)
    else expectProblem(answer, status)
  })

  it('has one currency, one variant per SKU, and at least one', async () => {
    const price = { amountMinor: 100, currency: 'EUR' }
    const two = [...aProduct({ sku: newSku() }).variants, { sku: newSku(), options: {}, price }]
    const body = { ...aProduct({ sku: newSku() }), variants: two }
    expectProblem(await shop.staff.call('/v1/products', { body }), 422)
    const [variant] = two
    const twice = { ...body, variants: [variant, variant] }
    expectProblem(await shop.staff.call('/v1/products', { body: twice }), 400)
    expectProblem(await shop.staff.call('/v1/products', { body: { ...body, variants: [] } }), 400)
  })

  it('in a category that does not exist is a 422', async () => {
    const categoryIds = ['cat_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C']
    const body = { ...aProduct({ sku: newSku() }), categoryIds }
    expectProblem(await shop.staff.call('/v1/products', { body }), 422)
  })

  it('that is a draft is seen by staff only, and not sold', async () => {
    const draft = await create(shop, { status: 'draft' })
    await shop.setStock(skuOf(draft), 5)
    const ada = await shop.customer()
    for (const name of [draft.id, draft.slug]) {
      expectProblem(await read(name), 404)
      expectProblem(await read(name, { token: ada.token }), 404)
      expect((await read(name, { token: shop.staff.token })).status).toBe(200)
    }
    expect((await list(shop, { q: skuOf(draft) })).body.items).toEqual([])
    expectProblem(await system.api('/v1/products?status=draft'), [401, 403])
    expectProblem(await ada.call('/v1/products?status=draft'), 403)
    expectProblem(await order(ada, [{ sku: skuOf(draft), quantity: 1 }]), 422)
    await patch(draft, { status: 'published' })
    expect((await read(draft.id)).status).toBe(200)
    expect((await list(shop, { q: skuOf(draft) })).body.items).toHaveLength(1)
    await placed(ada, skuOf(draft))
  })

  it('is changed in the fields that are given', async () => {
    const product = await create(shop)
    const changed = await patch(product, { name: 'Another name', attributes: { a: 1 } })
    expect(changed).toMatchObject({ status: 200, body: { version: 2 } })
    const expected = { ...product, name: 'Another name', attributes: { a: 1 }, version: 2 }
    expect(changed.body).toEqual({ ...expected, updatedAt: changed.body.updatedAt })
    expect((await read(product.slug)).body).toEqual(changed.body)
    expect(await patch(product, {})).toMatchObject({ status: 200, body: { version: 2 } })
  })

  it('keeps an order at the price it was placed for', async () => {
    const product = await create(shop)
    const sku = skuOf(product)
    await shop.setStock(sku, 5)
    const ada = await shop.customer()
    const { id } = await placed(ada, sku)
    await patch(product, { variants: [{ sku, options: {}, price: usd(2500) }], name: 'New' })
    expect((await ada.call(`/v1/orders/${id}`)).body).toMatchObject({
      total: usd(1999),
      lines: [{ unitPrice: usd(1999), quantity: 1, total: usd(1999) }],
    })
    expect(await placed(ada, sku)).toMatchObject({ total: usd(2500) })
  })

  it('is changed only at the version that If-Match names', async () => {
    const product = await create(shop)
    const tag = (await read(product.id)).headers.get('etag') ?? ''
    expect(tag).not.toBe('')
    const next = (headers: Record<string, string>) =>
      patch(product, { name: randomUUID() }, headers)
    expect((await next({ 'if-match': tag })).status).toBe(200)
    for (const stale of [tag, '"x"', 'x', '"1", "99"', '""', 'x'.repeat(900)]) {
      expectProblem(await next({ 'if-match': stale }), 412)
    }
    expect((await next({ 'if-match': '*' })).status).toBe(200)
    const path = `/v1/products/${product.id}`
    const remove = { method: 'DELETE', headers: { 'if-match': tag } } as const
    expectProblem(await shop.staff.call(path, remove), 412)
    const current = (await read(product.id)).headers.get('etag') ?? ''
    const both = await Promise.all([1, 2, 3].map(() => next({ 'if-match': current })))
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412, 412])
  })

  it('that is archived is gone, and its SKU is never used again', async () => {
    const product = await create(shop)
    const sku = skuOf(product)
    await shop.setStock(sku, 5)
    const path = `/v1/products/${product.id}`
    expect((await shop.staff.call(path, { method: 'DELETE' })).status).toBe(204)
    for (const name of [product.id, product.slug]) expectProblem(await read(name), 404)
    expectProblem(await shop.staff.call(path, { method: 'DELETE' }), 404)
    expectProblem(await patch(product, { name: 'x' }), 404)
    expect((await list(shop, { q: sku })).body.items).toEqual([])
    expectProblem(await order(await shop.customer(), [{ sku, quantity: 1 }]), 422)
    const again = await shop.staff.call('/v1/products', { body: aProduct({ sku }) })
    expectProblem(again, 409)
    expect(again.body).toMatchObject({ code: 'sku_taken' })
  })

  it('that gives up a variant gives up its SKU for good', async () => {
    const product = await create(shop)
    const sku = skuOf(product)
    await patch(product, { variants: [{ sku: newSku(), options: {}, price: usd(1) }] })
    expectProblem(await shop.staff.call('/v1/products', { body: aProduct({ sku }) }), 409)
    await shop.setStock(sku, 1)
    expectProblem(await order(await shop.customer(), [{ sku, quantity: 1 }]), 422)
  })
})

it('none of it was an error to any Worker', () => {
  expect(errorsSince(system, logsBefore)).toEqual([])
})
