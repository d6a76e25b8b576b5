import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import { deleteCategory as removeCategory, loadCategories } from '../store/category-store.ts'
import { noSuchCategory } from './category-answers.ts'
import { commitChange } from './commit.ts'

/** Removes an empty category. The database itself refuses one that something still refers to. */
export async function deleteCategory(deps: Deps, id: string): Promise<void> {
  const { categories } = await loadCategories(deps.db)
  if (!categories.some((category) => category.id === id)) throw noSuchCategory()
  const outcome = await commitChange(deps, removeCategory(deps.db, id, crypto.randomUUID()))
  if (outcome !== 'committed') throw new ProblemError('category_in_use')
}
