import { BUCKETS_MAX, listMovements as route } from '@kiosk/contracts/http/inventory'
import { cutPage, decodeCursor, foreignCursor } from '@kiosk/kit/cursor'
import { ProblemError } from '@kiosk/kit/problem'
import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { toMovementView } from './view.ts'

/** For each bucket of the SKU, the id before which to go on. */
const Position = z
  .array(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER))
  .min(1)
  .max(BUCKETS_MAX)

export const listMovements = endpoint(route, async (c) => {
  const { sku } = c.req.valid('param')
  const { limit, cursor } = c.req.valid('query')
  const before = decodeCursor(cursor, Position) ?? []
  const found = await c.var.deps.stock.getByName(sku).history(limit + 1, before)
  if (!found.ok) {
    if (found.refusal.code === 'unknown_position') throw foreignCursor()
    throw new ProblemError('not_found', 'No stock was ever set for this SKU')
  }
  const { rows, nextCursor } = cutPage(found.value, limit, (row) => row.position)
  return c.json({ items: rows.map(toMovementView), nextCursor }, 200)
})
