import { getStock as route } from '@kiosk/contracts/http/inventory'
import { callContext } from '@kiosk/kit/context'
import { ProblemError } from '@kiosk/kit/problem'
import { endpoint } from '../endpoint.ts'
import { toStockView } from './view.ts'

export const getStock = endpoint(route, async (c) => {
  const { sku } = c.req.valid('param')
  const stock = await c.var.deps.stock.getByName(sku).balance(callContext())
  if (stock === null) throw new ProblemError('not_found', 'No stock was ever set for this SKU')
  return c.json(toStockView(stock), 200)
})
