import type { CreateCategoryRequest } from '@kiosk/contracts/http/categories'
import { newId } from '@kiosk/kit/ids'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { checkPlace, type Category } from '../domain/category.ts'
import { insertCategory, loadCategories } from '../store/category-store.ts'
import { categoryConflict, placeRefusal } from './category-answers.ts'
import { commitChange } from './commit.ts'
import { slugCandidates } from './slug.ts'

/** Adds a category. A slug that its name makes gives way to one that exists. */
export async function createCategory(
  deps: Deps,
  request: CreateCategoryRequest,
): Promise<Category> {
  const { name, parentId = null, position = 0 } = request
  const id = newId('category')
  const { categories } = await loadCategories(deps.db)
  const slugs = slugCandidates(request.slug, name, id)
  for (const [index, slug] of slugs.entries()) {
    const placed = checkPlace({ id, parentId, slug, name, position }, categories)
    if (!placed.ok) throw placeRefusal(placed.refusal)
    const statements = insertCategory(deps.db, placed.value, crypto.randomUUID())
    const outcome = await commitChange(deps, statements)
    if (outcome === 'committed') return placed.value
    const isLast = index === slugs.length - 1
    if (outcome !== 'slug_taken' || isLast) throw categoryConflict(outcome, placed.value)
  }
  throw new ProblemError('conflict')
}
