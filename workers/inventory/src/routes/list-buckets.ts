import { listBuckets as route } from '@kiosk/contracts/http/inventory'
import { callContext } from '@kiosk/kit/context'
import { ProblemError } from '@kiosk/kit/problem'
import { endpoint } from '../endpoint.ts'
import { toSplitView } from './view.ts'

export const listBuckets = endpoint(route, async (c) => {
  const { sku } = c.req.valid('param')
  const view = await c.var.deps.stock.getByName(sku).buckets(callContext())
  if (view === null) throw new ProblemError('not_found', 'No stock was ever set for this SKU')
  return c.json(toSplitView(view), 200)
})
