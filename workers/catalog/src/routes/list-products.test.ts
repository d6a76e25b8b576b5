import type { ProductSort } from '@kiosk/contracts/http/catalog'
import { openDatabase } from '@kiosk/kit/database'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  addCategory,
  addPriced,
  addProduct,
  env,
  freshSku,
  hear,
  listed,
  namesOf,
  outcomeOf,
  stockChanged,
  usd,
} from '../../test/client.ts'
import { createDeps } from '../deps.ts'
import { listProducts } from '../operations/list-products.ts'

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })

/** A shop that the tests below read: 3 mugs and 12 pens in a tree, and two loners. */
const shop = { kitchen: '', mugs: '', office: '' }

beforeAll(async () => {
  const kitchen = await addCategory('Kitchen things', { slug: 'kitchen' })
  const mugs = await addCategory('Mugs', { slug: 'mugs', parentId: kitchen.id })
  const office = await addCategory('Office')
  Object.assign(shop, { kitchen: kitchen.id, mugs: mugs.id, office: office.id })
  await addProduct({
    name: 'Blue mug',
    description: 'Holds tea',
    categoryIds: [mugs.id],
    attributes: { glaze: 'celadon', washable: true },
    variants: [
      { sku: 'MUG-BLUE-S', options: { size: 'Small' }, price: usd(900) },
      { sku: 'MUG-BLUE-L', options: { size: 'Gargantuan' }, price: usd(9_000) },
    ],
  })
  await addProduct({
    name: 'Red mug',
    description: 'Goes well with the blue one, in blue moods',
    categoryIds: [mugs.id, kitchen.id],
    variants: [{ sku: 'MUG-RED', price: usd(1_500) }],
  })
  await addProduct({
    name: 'Crème brûlée dish',
    categoryIds: [kitchen.id],
    variants: [{ sku: 'DISH', price: usd(2_500) }],
  })
  for (let n = 12; n > 0; n--) await addPriced(`Pen ${n % 4}`, 100 * (n % 3), [office.id])
  await addProduct({ name: 'Euro lamp', variants: [{ sku: 'LAMP', price: eur(4_000) }] })
  await addProduct({ name: 'Free sticker', variants: [{ sku: 'FREE', price: usd(0) }] })
  await hear(stockChanged('MUG-BLUE-L', 4, 1))
  await hear(stockChanged('DISH', 0, 1))
})

const HOSTILE = [
  '"',
  '""""',
  "'",
  '*',
  '(',
  ')',
  '^mug',
  'mug AND',
  'OR',
  'NOT mug',
  'NEAR(mug tea, 5)',
  'name:mug',
  '{name description}: mug',
  'mug"); DROP TABLE products; --',
  '-mug',
  'mug*',
  '\\',
  '%',
  '_',
  '\u0000',
  'mug\u0000tea',
  '👕👩‍👩‍👧‍👦',
  '漢字 עברית ไทย',
  '\ufffe\uffff',
  '\ud800',
  'e\u0301\u0301\u0301',
  '𝕞𝕦𝕘',
  '² ½ Ⅷ',
  'a'.repeat(10_000),
  'a '.repeat(5_000),
  '"'.repeat(10_000),
  '漢'.repeat(5_000),
  Array.from({ length: 2_000 }, (_, n) => `w${n}`).join(' '),
]

describe('search', () => {
  it.each([
    ['a word of the name', 'brulee', ['Crème brûlée dish']],
    ['the accents of the name', 'BRÛLÉE', ['Crème brûlée dish']],
    ['the beginning of a word', 'stick', ['Free sticker']],
    ['a word of the description', 'tea', ['Blue mug']],
    ['a whole SKU', 'MUG-BLUE-L', ['Blue mug']],
    ['an option', 'gargantuan', ['Blue mug']],
    ['an attribute', 'celadon', ['Blue mug']],
    ['a category', 'mugs red', ['Red mug']],
    ['a category above', 'kitchen dish', ['Crème brûlée dish']],
    ['the name before the description', 'blue', ['Blue mug', 'Red mug']],
    ['all words', 'mug tea', ['Blue mug']],
    ['quotes and operators as words', '"mug" AND NOT (tea*', []],
    ['punctuation around words', '(sticker) -- "free"; ***', ['Free sticker']],
  ])('finds by %s', async (_, q, names) => {
    expect(await namesOf({ q })).toEqual(names)
  })

  it.each(HOSTILE.map((q) => [q.slice(0, 40), q] as const))('survives %j', async (_, q) => {
    for (const sort of ['relevance', 'price']) {
      expect(await outcomeOf(`GET /v1/products?${new URLSearchParams({ q, sort })}`)).toBe('200')
    }
  })

  it('finds nothing when there is no word in it, and everything when it is blank', async () => {
    const nothing = await listed({ q: '!!! 👕' })
    expect(nothing).toEqual({
      items: [],
      nextCursor: null,
      facets: {
        categories: [],
        price: { currency: null, minMinor: null, maxMinor: null },
        inStock: { true: 0, false: 0 },
      },
    })
    expect((await listed({ q: '  ' })).items).toHaveLength(17)
    expect((await listed({ q: '', sort: 'relevance' })).items[0]?.name).toBe('Free sticker')
  })

  it('refuses what is too long', async () => {
    const outcome = await outcomeOf(`GET /v1/products?q=${'a'.repeat(16_385)}`)
    expect(outcome).toBe('400 validation_failed')
    expect(await outcomeOf(`GET /v1/products?q=${'a'.repeat(16_384)}`)).toBe('200')
  })
})

describe('filters', () => {
  it('by category, its id or slug, with everything below it', async () => {
    expect(await namesOf({ category: 'mugs' })).toEqual(['Red mug', 'Blue mug'])
    const all = ['Crème brûlée dish', 'Red mug', 'Blue mug']
    expect(await namesOf({ category: 'kitchen' })).toEqual(all)
    expect(await namesOf({ category: shop.kitchen })).toEqual(all)
    for (const category of ['no-such', "' OR 1=1 --", '\u0000', 'cat_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C']) {
      expect(await namesOf({ category })).toEqual([])
    }
  })

  it('by price: a product matches when one of its variants does', async () => {
    const mugs = { category: 'mugs', sort: 'price' }
    expect(await namesOf({ ...mugs, minPriceMinor: 900, maxPriceMinor: 900 })).toEqual(['Blue mug'])
    expect(await namesOf({ ...mugs, minPriceMinor: 1_600 })).toEqual(['Blue mug'])
    expect(await namesOf({ ...mugs, maxPriceMinor: 1_500 })).toEqual(['Blue mug', 'Red mug'])
    expect(await namesOf({ ...mugs, minPriceMinor: 2_000, maxPriceMinor: 8_000 })).toEqual([])
    expect(await namesOf({ maxPriceMinor: 0, q: 'sticker' })).toEqual(['Free sticker'])
  })

  it('by currency and by stock', async () => {
    expect(await namesOf({ currency: 'EUR' })).toEqual(['Euro lamp'])
    expect(await namesOf({ currency: 'JPY' })).toEqual([])
    expect(await namesOf({ inStock: 'true' })).toEqual(['Blue mug'])
    expect(await namesOf({ inStock: 'false', category: 'mugs' })).toEqual(['Red mug'])
  })

  it('all at once', async () => {
    const query = { q: 'mug', category: 'kitchen', currency: 'USD', inStock: 'true' }
    const range = { minPriceMinor: 1, maxPriceMinor: 1_000 }
    expect(await namesOf({ ...query, ...range, sort: '-price', limit: 100 })).toEqual(['Blue mug'])
  })

  it.each([
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=-1',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'sort=oldest',
    'sort=',
    'sort=Price',
    'inStock=1',
    'inStock=TRUE',
    'inStock=',
    'currency=usd',
    'currency=ZZZ',
    'minPriceMinor=-1',
    'minPriceMinor=1.5',
    'minPriceMinor=',
    'minPriceMinor=1e3',
    'minPriceMinor=99999999999999999999',
    'maxPriceMinor=1000000000001',
    'minPriceMinor=2&maxPriceMinor=1',
    'category=',
    'status=archived',
    'cursor=',
    'cursor=x',
    'cursor=bnVsbA',
    `cursor=${'A'.repeat(1_001)}`,
    `cursor=${btoa('["newest",1e999,1]')}`,
    `cursor=${btoa('["newest","x",1]')}`,
    `cursor=${btoa('["newest",1.5,1]')}`,
    `cursor=${btoa('["price",1,1]')}`,
    `sort=name&cursor=${btoa('["newest",1,1]')}`,
  ])('refuses %s', async (query) => {
    expect(await outcomeOf(`GET /v1/products?${query}`)).toBe('400 validation_failed')
  })

  it('treats a token that does not verify as none', async () => {
    const headers = { authorization: 'Bearer a.b.c' }
    expect(await outcomeOf('GET /v1/products', { headers })).toBe('200')
  })
})

describe('sorts', () => {
  const byName = (name: string) => name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

  it.each<[ProductSort, number]>([
    ['newest', 1],
    ['newest', 5],
    ['price', 1],
    ['price', 4],
    ['-price', 4],
    ['name', 1],
    ['name', 7],
    ['relevance', 3],
  ])('%s: pages of %i are the whole list, without gaps or doubles', async (sort, limit) => {
    const query: Record<string, string> = sort === 'relevance' ? { sort, q: 'pen' } : { sort }
    const whole = (await listed({ ...query, limit: 100 })).items.map(({ id }) => id)
    expect(whole).toHaveLength(sort === 'relevance' ? 12 : 17)
    const walked: string[] = []
    let cursor: string | null = null
    do {
      const page = await listed({ ...query, limit, ...(cursor === null ? {} : { cursor }) })
      walked.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null && walked.length < 100)
    expect(walked).toEqual(whole)
  })

  it('newest first, and by default', async () => {
    const { items } = await listed({})
    const ids = items.map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted().toReversed())
    expect(await namesOf({})).toEqual(await namesOf({ sort: 'newest' }))
  })

  it('price by the cheapest variant, name without case and accents', async () => {
    const prices = async (sort: ProductSort) =>
      (await listed({ sort })).items.map(({ variants }) =>
        Math.min(...variants.map(({ price }) => price.amountMinor)),
      )
    expect(await prices('price')).toEqual((await prices('price')).toSorted((a, b) => a - b))
    expect(await prices('-price')).toEqual((await prices('price')).toReversed())
    const names = await namesOf({ sort: 'name' })
    expect(names).toEqual(names.toSorted((a, b) => (byName(a) < byName(b) ? -1 : 1)))
  })

  it('a cursor is good for its own sort only', async () => {
    const { nextCursor } = await listed({ sort: 'price', limit: 2 })
    const cursor = nextCursor ?? ''
    expect(await outcomeOf(`GET /v1/products?cursor=${cursor}`)).toBe('400 validation_failed')
    const other = await outcomeOf(`GET /v1/products?sort=-price&cursor=${cursor}`)
    expect(other).toBe('400 validation_failed')
    expect(await outcomeOf(`GET /v1/products?sort=price&cursor=${cursor}`)).toBe('200')
  })
})

describe('facets', () => {
  it('count the whole list, not only the page', async () => {
    const { facets, items } = await listed({ limit: 1 })
    expect(items).toHaveLength(1)
    expect(facets).toEqual({
      categories: [
        { id: shop.office, name: 'Office', count: 12 },
        { id: shop.kitchen, name: 'Kitchen things', count: 3 },
        { id: shop.mugs, name: 'Mugs', count: 2 },
      ],
      price: { currency: 'USD', minMinor: 0, maxMinor: 9_000 },
      inStock: { true: 1, false: 16 },
    })
  })

  it('count what the filters let through', async () => {
    const { facets } = await listed({ q: 'mug', maxPriceMinor: 1_000 })
    expect(facets).toEqual({
      categories: [
        { id: shop.kitchen, name: 'Kitchen things', count: 1 },
        { id: shop.mugs, name: 'Mugs', count: 1 },
      ],
      price: { currency: 'USD', minMinor: 900, maxMinor: 9_000 },
      inStock: { true: 1, false: 0 },
    })
  })
})

it('reads a page of large products in one statement, as an empty one', async () => {
  const variants = () => Array.from({ length: 100 }, () => ({ sku: freshSku(), price: usd(7) }))
  for (let n = 0; n < 3; n++) await addProduct({ name: `Bulky ${n}`, variants: variants() })
  let statements = 0
  const counting = {
    prepare: (query: string) => {
      statements += 1
      return env.DB.prepare(query)
    },
    batch: (prepared: D1PreparedStatement[]) => env.DB.batch(prepared),
  }
  const deps = { ...createDeps(env), db: openDatabase(counting as unknown as D1Database) }
  const query = { status: 'published', limit: 100 } as const
  const { rows } = await listProducts(deps, { ...query, q: 'bulky' })
  expect(rows.map(({ product }) => product.variants.length)).toEqual([100, 100, 100])
  expect(statements).toBe(1)
  await listProducts(deps, { ...query, q: 'nothing' })
  expect(statements).toBe(2)
})
