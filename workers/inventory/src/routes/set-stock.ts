import { setStock as route } from '@kiosk/contracts/http/inventory'
import { endpoint } from '../endpoint.ts'
import { setStock as set } from '../operations/change-stock.ts'
import { toProblemError } from './refusal.ts'
import { toStockView } from './view.ts'

export const setStock = endpoint(route, async (c) => {
  const { sku } = c.req.valid('param')
  const { onHand, lowStockThreshold } = c.req.valid('json')
  const result = await set(c.var.deps, sku, { onHand, lowStockThreshold })
  if (!result.ok) throw toProblemError(result.refusal)
  return c.json(toStockView(result.value), 200)
})
