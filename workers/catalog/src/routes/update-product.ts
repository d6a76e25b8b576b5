import { updateProduct as route } from '@kiosk/contracts/http/catalog'
import { versionTag } from '../domain/precondition.ts'
import { endpoint } from '../endpoint.ts'
import { updateProduct } from '../operations/update-product.ts'
import { viewProduct } from './view.ts'

export const updateProductRoute = endpoint(route, async (c) => {
  const { idOrSlug } = c.req.valid('param')
  const ifMatch = c.req.valid('header')['if-match']
  const updated = await updateProduct(c.var.deps, idOrSlug, c.req.valid('json'), ifMatch)
  c.header('etag', versionTag(updated.product.version))
  return c.json(viewProduct(updated), 200)
})
