import { base64url } from 'jose'
import type { z } from 'zod'
import { ProblemError } from './problem.ts'

type Position = readonly (string | number)[]

/** A keyset position (the sort values of the last row) as an opaque string. */
export function encodeCursor(position: Position): string {
  return base64url.encode(JSON.stringify(position))
}

/**
 * The position that a cursor stands for, or null without one.
 * @throws ProblemError validation_failed when it was not made by `encodeCursor` for this list.
 */
export function decodeCursor<T extends z.ZodType<Position>>(
  cursor: string | undefined,
  schema: T,
): z.infer<T> | null {
  if (cursor === undefined) return null
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor))))
  } catch {
    throw foreignCursor()
  }
}

/** What a list says to a position that it cannot have given. */
export function foreignCursor(): ProblemError {
  return new ProblemError('validation_failed', 'The cursor is not one that this list gave', {
    errors: [{ path: 'cursor', message: 'is not a cursor of this list' }],
  })
}

/**
 * Cuts a page from rows read with `limit + 1`: the surplus row says that there is more.
 */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => Position,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const more = rows.length > limit && last !== undefined
  return { rows: page, nextCursor: more ? encodeCursor(position(last)) : null }
}
