import { listMovements as route } from '@kiosk/contracts/http/inventory'
import { cutPage, decodeCursor } from '@kiosk/kit/cursor'
import { ProblemError } from '@kiosk/kit/problem'
import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { toMovementView } from './view.ts'

const Position = z.tuple([z.number().int().positive()])

export const listMovements = endpoint(route, async (c) => {
  const { sku } = c.req.valid('param')
  const { limit, cursor } = c.req.valid('query')
  const [before] = decodeCursor(cursor, Position) ?? [null]
  const found = await c.var.deps.stock.getByName(sku).movements(limit + 1, before)
  if (found === null) throw new ProblemError('not_found', 'No stock was ever set for this SKU')
  const { rows, nextCursor } = cutPage(found, limit, (row) => [row.id])
  return c.json({ items: rows.map(toMovementView), nextCursor }, 200)
})
