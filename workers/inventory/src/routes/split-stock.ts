import { splitStock as route } from '@kiosk/contracts/http/inventory'
import { ProblemError } from '@kiosk/kit/problem'
import { endpoint } from '../endpoint.ts'
import { splitStock as split } from '../operations/change-stock.ts'
import { toSplitView } from './view.ts'

export const splitStock = endpoint(route, async (c) => {
  const { sku } = c.req.valid('param')
  const view = await split(c.var.deps, sku, c.req.valid('json').count)
  if (view === null) throw new ProblemError('not_found', 'No stock was ever set for this SKU')
  return c.json(toSplitView(view), 200)
})
