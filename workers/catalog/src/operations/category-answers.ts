import { ProblemError } from '@kiosk/kit/problem'
import type { Category, PlaceRefusal } from '../domain/category.ts'
import type { Conflict } from '../store/conflicts.ts'

export function noSuchCategory(): ProblemError {
  return new ProblemError('not_found', 'There is no such category')
}

export function placeRefusal({ code, detail }: PlaceRefusal): ProblemError {
  return new ProblemError(code, detail)
}

/** The refusal of a category that the database did not take. */
export function categoryConflict(
  conflict: Conflict | 'stale',
  { slug, parentId }: Category,
): ProblemError {
  switch (conflict) {
    case 'slug_taken':
      return new ProblemError('slug_taken', `The slug ${slug} is in use`)
    case 'broken_reference':
      return new ProblemError('unknown_category', `There is no category ${parentId}`)
    case 'sku_taken':
    case 'stale':
      return new ProblemError('conflict')
  }
}
