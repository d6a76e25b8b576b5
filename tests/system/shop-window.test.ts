import { randomUUID } from 'node:crypto'
import type { ProductPage } from '@kiosk/contracts/http/catalog-view'
import type { CategoryView } from '@kiosk/contracts/http/categories'
import { beforeAll, describe, expect, it } from 'vitest'
import { category, create, list, newSku } from './catalog.ts'
import { eventually, startSystem, type System } from './harness.ts'
import { SEARCHES } from './hostile.ts'
import { errorsSince, expectProblem, forEachAtOnce } from './problems.ts'
import { Shop, usd } from './shop.ts'

let system: System
let shop: Shop
let logsBefore: number

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  logsBefore = system.logs().length
})

const namesOf = ({ items }: ProductPage) => items.map(({ name }) => name)

describe('categories', () => {
  it('are a tree that follows every change', async () => {
    const top = await category(shop, 'Top')
    const below = await category(shop, 'Below', top.id)
    const find = async (id: string) => {
      const { body } = await system.api<{ items: { id: string; children: CategoryView[] }[] }>(
        '/v1/categories',
      )
      return body.items.find((item) => item.id === id)
    }
    expect(await find(top.id)).toMatchObject({ children: [{ id: below.id, name: 'Below' }] })
    const path = `/v1/categories/${below.id}`
    await shop.staff.call(path, { method: 'PATCH', body: { name: 'Renamed' } })
    expect(await find(top.id)).toMatchObject({ children: [{ name: 'Renamed' }] })
    const up = `/v1/categories/${top.id}`
    expectProblem(await shop.staff.call(up, { method: 'DELETE' }), 409)
    const cycle = { method: 'PATCH', body: { parentId: below.id } } as const
    expectProblem(await shop.staff.call(up, cycle), [409, 422])
    await shop.staff.call(path, { method: 'PATCH', body: { parentId: null } })
    expect(await find(below.id)).toMatchObject({ name: 'Renamed' })
    expect((await shop.staff.call(up, { method: 'DELETE' })).status).toBe(204)
    expect(await find(top.id)).toBeUndefined()
    expectProblem(await shop.staff.call(up, { method: 'DELETE' }), 404)
  })
})

describe('the list', () => {
  const word = `shelf${randomUUID().slice(0, 8)}`
  let top: CategoryView
  let below: CategoryView

  beforeAll(async () => {
    top = await category(shop, 'Shelf')
    below = await category(shop, 'Lower shelf', top.id)
    const rows: [string, number, number][] = [
      ['Delta', 400, 0],
      ['alpha', 100, 2],
      ['Charlie', 300, 1],
      ['bravo', 200, 0],
      ['Echo', 300, 4],
    ]
    for (const [index, [name, amount, onHand]] of rows.entries()) {
      const sku = newSku()
      await create(shop, {
        name: `${name} ${word}`,
        slug: `${name.toLowerCase()}-${word}`,
        categoryIds: [index < 2 ? below.id : top.id],
        variants: [{ sku, options: {}, price: usd(amount) }],
      })
      if (onHand > 0) await shop.setStock(sku, onHand)
    }
    await eventually(async () => {
      const { body } = await list(shop, { q: word, inStock: 'true' })
      expect(body.items).toHaveLength(3)
    })
  })

  const short = (page: ProductPage) => namesOf(page).map((name) => name.split(' ')[0])

  it.each([
    [{ sort: 'newest' }, ['Echo', 'bravo', 'Charlie', 'alpha', 'Delta']],
    [{ sort: 'name' }, ['alpha', 'bravo', 'Charlie', 'Delta', 'Echo']],
    [{ sort: 'price', maxPriceMinor: 299 }, ['alpha', 'bravo']],
    [{ sort: '-price', minPriceMinor: 301 }, ['Delta']],
    [
      { sort: 'price', minPriceMinor: 300, maxPriceMinor: 300, inStock: 'true' },
      ['Charlie', 'Echo'],
    ],
    [{ sort: 'name', inStock: 'true' }, ['alpha', 'Charlie', 'Echo']],
    [{ sort: 'name', inStock: 'false' }, ['bravo', 'Delta']],
    [{ sort: 'name', currency: 'USD', maxPriceMinor: 100 }, ['alpha']],
    [{ sort: 'name', currency: 'EUR' }, []],
  ])('of %j is %j', async (query, names) => {
    const { status, body } = await list(shop, { q: word, ...query })
    expect([status, short(body)]).toEqual([200, names])
  })

  it('of a category, by id or slug, has those of the categories below it', async () => {
    for (const name of [top.id, top.slug]) {
      const { body } = await list(shop, { category: name, sort: 'name' })
      expect(short(body)).toEqual(['alpha', 'bravo', 'Charlie', 'Delta', 'Echo'])
    }
    expect(short((await list(shop, { category: below.id, sort: 'name' })).body)).toEqual([
      'alpha',
      'Delta',
    ])
    expect((await list(shop, { category: 'no-such-category' })).body.items).toEqual([])
  })

  it('counts its facets over all pages', async () => {
    const { body } = await list(shop, { category: top.id, limit: 1 })
    expect(body.items).toHaveLength(1)
    expect(body.facets).toEqual({
      categories: expect.arrayContaining([
        { id: top.id, name: 'Shelf', count: expect.any(Number) },
        { id: below.id, name: 'Lower shelf', count: 2 },
      ]),
      price: { currency: 'USD', minMinor: 100, maxMinor: 400 },
      inStock: { true: 3, false: 2 },
    })
  })

  it.each(['newest', 'name', 'price', '-price', 'relevance'])(
    'sorted by %s is walked page by page, each product once',
    async (sort) => {
      const whole = (await list(shop, { q: word, sort, limit: 100 })).body
      expect([whole.items.length, whole.nextCursor]).toEqual([5, null])
      for (const limit of [1, 2, 5]) {
        const names: string[] = []
        let cursor: string | null = ''
        while (cursor !== null) {
          const answer = await list(shop, { q: word, sort, limit, ...(cursor && { cursor }) })
          expect(answer.status).toBe(200)
          expect(answer.body.items.length).toBeLessThanOrEqual(limit)
          names.push(...namesOf(answer.body))
          cursor = answer.body.nextCursor
        }
        expect(names).toEqual(namesOf(whole))
      }
      const { nextCursor } = (await list(shop, { q: word, sort, limit: 1 })).body
      const other = sort === 'name' ? 'price' : 'name'
      expectProblem(await list(shop, { q: word, sort: other, cursor: String(nextCursor) }), 400)
    },
  )

  it('survives everything that is typed into the search box', async () => {
    await forEachAtOnce(SEARCHES, async (q) => {
      const { status, body } = await list(shop, { q })
      expect([q.slice(0, 40), status]).toEqual([q.slice(0, 40), 200])
      expect(Array.isArray(body.items)).toBe(true)
    })
    expectProblem(await list(shop, { q: 'x'.repeat(20_000) }), 400)
  })

  it('finds words, beginnings of words, accents or not, and never by operators', async () => {
    const sku = newSku()
    const own = `zwölf${randomUUID().slice(0, 8)}`
    await create(shop, {
      name: `Crème ${own} pan`,
      description: 'For <b>omelettes</b> & more',
      variants: [{ sku, options: { colour: 'Petrol' }, price: usd(5) }],
    })
    for (const q of [own, `${own} creme`, `CRÈME ${own.toUpperCase()}`, `"${own}" pan`, sku]) {
      expect((await list(shop, { q })).body.items, q).toHaveLength(1)
    }
    for (const q of [`${own} nothinglikeit`, `${own} OR nothinglikeit`]) {
      expect((await list(shop, { q })).body.items, q).toHaveLength(0)
    }
    expect((await list(shop, { q: `${own} ome` })).body.items).toHaveLength(1)
    expect((await list(shop, { q: `${own} petrol` })).body.items).toHaveLength(1)
  })
})

it('none of it was an error to any Worker', () => {
  expect(errorsSince(system, logsBefore)).toEqual([])
})
