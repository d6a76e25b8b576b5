import type { UpdateCategoryRequest } from '@kiosk/contracts/http/categories'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { checkPlace, editCategory, type Category } from '../domain/category.ts'
import { loadCategories, updateCategory as writeCategory } from '../store/category-store.ts'
import { categoryConflict, noSuchCategory, placeRefusal } from './category-answers.ts'
import { ATTEMPTS_MAX, commitChange } from './commit.ts'

/** Changes a category; a move takes everything below it along. */
export async function updateCategory(
  deps: Deps,
  id: string,
  patch: UpdateCategoryRequest,
): Promise<Category> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const { categories, stamp: decidedOn } = await loadCategories(deps.db)
    const before = categories.find((category) => category.id === id)
    if (before === undefined) throw noSuchCategory()
    const after = editCategory(before, patch)
    if (after === before) return before
    const placed = checkPlace(after, categories)
    if (!placed.ok) throw placeRefusal(placed.refusal)
    const change = { before, after, decidedOn, stamp: crypto.randomUUID() }
    const outcome = await commitChange(deps, writeCategory(deps.db, change))
    if (outcome === 'committed') return after
    if (outcome !== 'stale') throw categoryConflict(outcome, after)
  }
  throw new ProblemError('conflict')
}
