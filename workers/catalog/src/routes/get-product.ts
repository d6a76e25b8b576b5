import { getProduct as route } from '@kiosk/contracts/http/catalog'
import { versionTag } from '../domain/precondition.ts'
import { endpoint } from '../endpoint.ts'
import { findProduct } from '../operations/find-product.ts'
import { isStaff } from './access.ts'
import { kept } from './kept.ts'
import { viewProduct } from './view.ts'

export const getProductRoute = endpoint(
  route,
  async (c) => {
    const { idOrSlug } = c.req.valid('param')
    const found = await findProduct(c.var.deps, idOrSlug, isStaff(c.var.principal))
    c.header('etag', versionTag(found.product.version))
    return c.json(viewProduct(found), 200)
  },
  kept,
)
