import type { CategoryNode, UpdateCategoryRequest } from '@kiosk/contracts/http/categories'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'

export interface Category {
  readonly id: string
  readonly parentId: string | null
  readonly slug: string
  readonly name: string
  /** Order among siblings. */
  readonly position: number
}

export type PlaceRefusal =
  | { readonly code: 'unknown_category'; readonly detail: string }
  | { readonly code: 'category_misplaced'; readonly detail: string }

export const CATEGORIES_MAX = 1_000
export const CATEGORY_DEPTH_MAX = 8

/** The category with the given fields changed; itself, if that changes nothing. */
export function editCategory(category: Category, patch: UpdateCategoryRequest): Category {
  const edited = {
    ...category,
    parentId: patch.parentId === undefined ? category.parentId : patch.parentId,
    slug: patch.slug ?? category.slug,
    name: patch.name ?? category.name,
    position: patch.position ?? category.position,
  }
  return JSON.stringify(edited) === JSON.stringify(category) ? category : edited
}

/** Whether a category can be where it is now, among all others. */
export function checkPlace(
  category: Category,
  others: readonly Category[],
): Result<Category, PlaceRefusal> {
  const all = new Map([...others, category].map((each) => [each.id, each]))
  if (all.size > CATEGORIES_MAX) {
    return misplaced(`There can be at most ${CATEGORIES_MAX} categories`)
  }
  let depth = 1
  for (let at = category; at.parentId !== null; depth++) {
    const parent = all.get(at.parentId)
    if (parent === undefined) {
      const detail = `There is no category ${at.parentId}`
      return refuse({ code: 'unknown_category', detail })
    }
    if (parent.id === category.id) return misplaced('A category cannot be below itself')
    at = parent
  }
  if (depth + heightOf(category.id, others) > CATEGORY_DEPTH_MAX) {
    return misplaced(`Categories can be at most ${CATEGORY_DEPTH_MAX} deep`)
  }
  return ok(category)
}

function misplaced(detail: string) {
  return refuse({ code: 'category_misplaced', detail } as const)
}

/** How many levels there are below a category. */
function heightOf(id: string, categories: readonly Category[]): number {
  const children = categories.filter(({ parentId }) => parentId === id)
  return Math.max(0, ...children.map((child) => 1 + heightOf(child.id, categories)))
}

/** The categories, which come in the order of siblings, as trees. */
export function treeOf(categories: readonly Category[]): CategoryNode[] {
  const nodes = new Map<string, CategoryNode>(
    categories.map(({ id, slug, name, parentId, position }) => [
      id,
      { id, slug, name, parentId, position, children: [] },
    ]),
  )
  const roots: CategoryNode[] = []
  for (const node of nodes.values()) {
    const siblings = node.parentId === null ? roots : nodes.get(node.parentId)?.children
    siblings?.push(node)
  }
  return roots
}
