import { expect, it } from 'vitest'
import { CATEGORIES_MAX, CATEGORY_DEPTH_MAX, checkPlace, editCategory, treeOf } from './category.ts'

function category(id: string, parentId: string | null = null) {
  return { id, parentId, slug: id, name: id, position: 0 }
}

/** c1 > c2 > c3 …, each below the one before. */
function chain(length: number) {
  return Array.from({ length }, (_, n) => category(`c${n + 1}`, n === 0 ? null : `c${n}`))
}

function place(moved: ReturnType<typeof category>, others: ReturnType<typeof category>[]) {
  const placed = checkPlace(moved, others)
  return placed.ok ? 'ok' : placed.refusal.code
}

it('can be anywhere but below itself', () => {
  const all = chain(3)
  expect(place(category('c1', 'c1'), all)).toBe('category_misplaced')
  expect(place(category('c1', 'c3'), all)).toBe('category_misplaced')
  expect(place(category('c3', 'c1'), all)).toBe('ok')
  expect(place(category('c3'), all)).toBe('ok')
  expect(place(category('c3', 'other'), all)).toBe('unknown_category')
})

it('can be so deep, with all that is below it', () => {
  expect(place(category('new', `c${CATEGORY_DEPTH_MAX - 1}`), chain(CATEGORY_DEPTH_MAX))).toBe('ok')
  const deepest = category('new', `c${CATEGORY_DEPTH_MAX}`)
  expect(place(deepest, chain(CATEGORY_DEPTH_MAX))).toBe('category_misplaced')
  const pair = [category('top'), category('below', 'top')]
  const moved = category('top', `c${CATEGORY_DEPTH_MAX - 1}`)
  expect(place(moved, [...chain(CATEGORY_DEPTH_MAX), ...pair])).toBe('category_misplaced')
})

it('is one of so many', () => {
  const full = Array.from({ length: CATEGORIES_MAX }, (_, n) => category(`c${n}`))
  expect(place(category('one-more'), full)).toBe('category_misplaced')
  expect(place(category('c0', 'c1'), full)).toBe('ok')
})

it('goes to the top with null, and stays where it is without a parent', () => {
  const below = category('b', 'a')
  expect(editCategory(below, {})).toBe(below)
  expect(editCategory(below, { name: 'b', position: 0 })).toBe(below)
  expect(editCategory(below, { parentId: null })).toEqual(category('b'))
})

it('is a tree in the order of siblings', () => {
  const [root, second] = treeOf([
    category('z'),
    category('y'),
    category('x', 'z'),
    category('w', 'x'),
  ])
  expect(root?.children[0]?.children[0]?.id).toBe('w')
  expect(second).toMatchObject({ id: 'y', children: [] })
})
