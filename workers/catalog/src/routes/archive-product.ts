import { archiveProduct as route } from '@kiosk/contracts/http/catalog'
import { endpoint } from '../endpoint.ts'
import { archiveProduct } from '../operations/archive-product.ts'

export const archiveProductRoute = endpoint(route, async (c) => {
  const { idOrSlug } = c.req.valid('param')
  await archiveProduct(c.var.deps, idOrSlug, c.req.valid('header')['if-match'])
  return c.body(null, 204)
})
