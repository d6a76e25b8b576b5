import { createProduct as route } from '@kiosk/contracts/http/catalog'
import { versionTag } from '../domain/precondition.ts'
import { endpoint } from '../endpoint.ts'
import { createProduct } from '../operations/create-product.ts'
import { viewProduct } from './view.ts'

export const createProductRoute = endpoint(route, async (c) => {
  const created = await createProduct(c.var.deps, c.req.valid('json'))
  c.header('etag', versionTag(created.product.version))
  c.header('location', `/v1/products/${created.product.id}`)
  return c.json(viewProduct(created), 201)
})
