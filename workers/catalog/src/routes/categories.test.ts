import { describe, expect, it } from 'vitest'
import {
  addCategory,
  addProduct,
  asStaff,
  call,
  categoryTree,
  env,
  namesOf,
  outcomeOf,
  readProduct,
} from '../../test/client.ts'
import { createDeps } from '../deps.ts'
import { listCategories } from '../operations/list-categories.ts'

function post(body: unknown) {
  return outcomeOf('POST /v1/categories', { ...asStaff, body })
}

function patch(id: string, body: unknown) {
  return outcomeOf(`PATCH /v1/categories/${id}`, { ...asStaff, body })
}

function remove(id: string) {
  return outcomeOf(`DELETE /v1/categories/${id}`, asStaff)
}

async function find(id: string) {
  const all = (nodes: Awaited<ReturnType<typeof categoryTree>>): typeof nodes =>
    nodes.flatMap((node) => [node, ...all(node.children)])
  return all(await categoryTree()).find((node) => node.id === id)
}

describe('the category tree', () => {
  it('begins empty, and shows every change at once', async () => {
    expect(await categoryTree()).toEqual([])
    const clothes = await addCategory('Clothes', { position: 1 })
    expect(await categoryTree()).toEqual([{ ...clothes, children: [] }])
    const toys = await addCategory('Toys', { position: 0 })
    const shirts = await addCategory('Shirts', { parentId: clothes.id })
    const hats = await addCategory('Hats', { parentId: clothes.id })
    const expected = [
      { ...toys, children: [] },
      {
        ...clothes,
        children: [
          { ...hats, children: [] },
          { ...shirts, children: [] },
        ],
      },
    ]
    expect(await categoryTree()).toEqual(expected)
    expect(await categoryTree(), 'from the cache').toEqual(expected)
    expect(await patch(toys.id, { position: 2, name: 'Games' })).toBe('200')
    expect((await categoryTree()).map(({ name }) => name)).toEqual(['Clothes', 'Games'])
    expect(await remove(hats.id)).toBe('204')
    expect((await find(clothes.id))?.children.map(({ name }) => name)).toEqual(['Shirts'])
  })

  it('comes from the cache, and from the database when that fails', async () => {
    await addCategory('Cached')
    const tree = await categoryTree()
    const { keys } = await env.CACHE.list()
    const cached = await Promise.all(keys.map(({ name }) => env.CACHE.get(name, 'json')))
    expect(cached).toContainEqual(tree)

    const down = () => Promise.reject(new Error('KV is down'))
    const cache = { get: down, put: down } as unknown as KVNamespace
    expect(await listCategories({ ...createDeps(env), cache })).toEqual(tree)
    const planted = { get: () => Promise.resolve([]) } as unknown as KVNamespace
    expect(await listCategories({ ...createDeps(env), cache: planted })).toEqual([])
  })

  it('gives every category a slug of its own', async () => {
    const first = await addCategory('Fancy Things')
    const second = await addCategory('Fancy things')
    expect(first.slug).toBe('fancy-things')
    expect(second.slug).toMatch(/^fancy-things-[0-9a-z]{6}$/)
    expect((await addCategory('漢字')).slug).toMatch(/^[a-z0-9-]+$/)
    expect(await post({ name: 'x', slug: first.slug })).toBe('409 slug_taken')
    expect(await patch(second.id, { slug: first.slug })).toBe('409 slug_taken')
  })

  it('is changed by staff only', async () => {
    const { id } = await addCategory('Guarded')
    for (const route of ['POST /v1/categories', `PATCH /v1/categories/${id}`]) {
      expect(await outcomeOf(route, { body: {} })).toBe('401 unauthorized')
      expect(await outcomeOf(route, { body: {}, as: 'customer' })).toBe('403 forbidden')
    }
    expect(await outcomeOf(`DELETE /v1/categories/${id}`)).toBe('401 unauthorized')
    const asCustomer = await outcomeOf(`DELETE /v1/categories/${id}`, { as: 'customer' })
    expect(asCustomer).toBe('403 forbidden')
  })

  it.each([
    {},
    { name: '' },
    { name: 5 },
    { name: 'x'.repeat(101) },
    { name: 'x', slug: 'A b' },
    { name: 'x', parentId: 'nonsense' },
    { name: 'x', parentId: 5 },
    { name: 'x', position: -1 },
    { name: 'x', position: 1.5 },
    { name: 'x', position: 1e10 },
  ])('refuses %j', async (body) => {
    expect(await post(body)).toBe('400 validation_failed')
  })

  it('refuses a parent that is not there, and one below itself', async () => {
    const unknown = 'cat_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'
    const top = await addCategory('Top')
    const middle = await addCategory('Middle', { parentId: top.id })
    const bottom = await addCategory('Bottom', { parentId: middle.id })
    expect(await post({ name: 'x', parentId: unknown })).toBe('422 unknown_category')
    expect(await patch(top.id, { parentId: unknown })).toBe('422 unknown_category')
    expect(await patch(top.id, { parentId: top.id })).toBe('422 category_misplaced')
    expect(await patch(top.id, { parentId: bottom.id })).toBe('422 category_misplaced')
    expect(await patch(bottom.id, { parentId: top.id })).toBe('200')
    expect(await patch(bottom.id, { parentId: null })).toBe('200')
    expect(await patch(bottom.id, {})).toBe('200')
    expect(await patch(unknown, { name: 'x' })).toBe('404 not_found')
    expect(await patch('%00', { name: 'x' })).toBe('404 not_found')
    expect(await remove('nonsense')).toBe('404 not_found')
  })

  it('never becomes a circle when two moves come at once', async () => {
    const [a, b] = [await addCategory('Move A'), await addCategory('Move B')]
    const outcomes = await Promise.all([
      patch(a.id, { parentId: b.id }),
      patch(b.id, { parentId: a.id }),
    ])
    expect(outcomes.toSorted()).toEqual(['200', '422 category_misplaced'])
  })

  it('is at most eight deep', async () => {
    let parentId: string | null = null
    for (let level = 1; level <= 8; level++) {
      parentId = (await addCategory(`Level ${level}`, { parentId })).id
    }
    expect(await post({ name: 'Level 9', parentId })).toBe('422 category_misplaced')
    const tall = await addCategory('Tall')
    await addCategory('Small', { parentId: tall.id })
    const seventh = (await find(parentId ?? ''))?.parentId
    expect(await patch(tall.id, { parentId: seventh })).toBe('422 category_misplaced')
  })
})

describe('a category with products', () => {
  it('takes them along when it moves, and is searched by its new name', async () => {
    const home = await addCategory('Home', { slug: 'home' })
    const garden = await addCategory('Garden', { slug: 'garden' })
    const pots = await addCategory('Pots', { slug: 'pots', parentId: home.id })
    const clay = await addCategory('Clay', { slug: 'clay', parentId: pots.id })
    const product = await addProduct({ name: 'Amphora', categoryIds: [clay.id] })
    expect(await namesOf({ category: 'home' })).toEqual(['Amphora'])
    expect(await namesOf({ q: 'home amphora' })).toEqual(['Amphora'])

    expect(await patch(pots.id, { parentId: garden.id, name: 'Vessels' })).toBe('200')
    expect(await namesOf({ category: 'home' })).toEqual([])
    for (const category of ['garden', 'pots', 'clay']) {
      expect(await namesOf({ category })).toEqual(['Amphora'])
    }
    expect(await namesOf({ q: 'home amphora' })).toEqual([])
    expect(await namesOf({ q: 'pots amphora' })).toEqual([])
    expect(await namesOf({ q: 'garden vessels amphora' })).toEqual(['Amphora'])
    expect((await readProduct(product.id)).categoryIds).toEqual([clay.id])

    const elsewhere = { ...asStaff, body: { categoryIds: [home.id] } }
    expect(await outcomeOf(`PATCH /v1/products/${product.id}`, elsewhere)).toBe('200')
    expect(await namesOf({ category: 'garden' })).toEqual([])
    expect(await namesOf({ category: 'home' })).toEqual(['Amphora'])
  })

  it('cannot be deleted, nor can one with children', async () => {
    const parent = await addCategory('Parent')
    const child = await addCategory('Child', { parentId: parent.id })
    const product = await addProduct({ categoryIds: [child.id] })
    expect(await remove(child.id)).toBe('409 category_in_use')
    expect(await remove(parent.id)).toBe('409 category_in_use')
    expect(await outcomeOf(`DELETE /v1/products/${product.id}`, asStaff)).toBe('204')
    expect(await remove(parent.id)).toBe('409 category_in_use')
    expect(await remove(child.id)).toBe('204')
    expect(await remove(parent.id)).toBe('204')
    expect(await remove(parent.id)).toBe('404 not_found')
  })

  it('answers 201 with what is stored', async () => {
    const body = { name: ' Trimmed ', position: 3, id: 'cat_x' }
    const response = await call('POST /v1/categories', { ...asStaff, body })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^cat_[0-9A-Z]{26}$/),
      slug: 'trimmed',
      name: 'Trimmed',
      parentId: null,
      position: 3,
    })
  })
})
