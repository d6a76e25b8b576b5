import { type CategoryNode, CategoryTree, CategoryView } from '@kiosk/contracts/http/categories'
import type { Gateway } from '../gateway.ts'
import { DEPARTMENTS } from './shop.ts'

/** Creates what is missing of the category tree; returns the id of every category by slug. */
export async function seedCategories(admin: Gateway): Promise<Map<string, string>> {
  const tree = await admin.get('/v1/categories', CategoryTree)
  const ids = new Map(flatten(tree.items).map((category) => [category.slug, category.id]))

  async function ensure(category: NewCategory): Promise<string> {
    const known = ids.get(category.slug)
    if (known !== undefined) return known
    const { id } = await admin.post('/v1/categories', category, CategoryView)
    ids.set(category.slug, id)
    return id
  }

  for (const [position, { name, slug, sections }] of DEPARTMENTS.entries()) {
    const parentId = await ensure({ name, slug, position })
    for (const [place, section] of sections.entries()) {
      await ensure({ name: section.name, slug: section.slug, position: place, parentId })
    }
  }
  return ids
}

interface NewCategory {
  readonly name: string
  readonly slug: string
  readonly position: number
  readonly parentId?: string
}

function flatten(nodes: readonly CategoryNode[]): CategoryNode[] {
  return nodes.flatMap((node) => [node, ...flatten(node.children)])
}
