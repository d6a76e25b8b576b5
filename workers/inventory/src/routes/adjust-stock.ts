import { adjustStock as route } from '@kiosk/contracts/http/inventory'
import { endpoint } from '../endpoint.ts'
import { adjustStock as adjust } from '../operations/change-stock.ts'
import { toProblemError } from './refusal.ts'
import { toStockView } from './view.ts'

export const adjustStock = endpoint(route, async (c) => {
  const { sku } = c.req.valid('param')
  const { delta, reason } = c.req.valid('json')
  const result = await adjust(c.var.deps, sku, { delta, reason })
  if (!result.ok) throw toProblemError(result.refusal)
  return c.json(toStockView(result.value), 200)
})
