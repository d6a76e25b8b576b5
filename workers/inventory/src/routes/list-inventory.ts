import { listInventory as route } from '@kiosk/contracts/http/inventory'
import { cutPage, decodeCursor } from '@kiosk/kit/cursor'
import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { listStock } from '../store/stock-index.ts'
import { toStockView } from './view.ts'

const Position = z.tuple([z.string().max(100)])

export const listInventory = endpoint(route, async (c) => {
  const { low, limit, cursor } = c.req.valid('query')
  const [after] = decodeCursor(cursor, Position) ?? [null]
  const found = await listStock(c.var.deps.db, { low: low === 'true', after, limit: limit + 1 })
  const { rows, nextCursor } = cutPage(found, limit, (row) => [row.sku])
  return c.json({ items: rows.map(toStockView), nextCursor }, 200)
})
