import { listProducts as route } from '@kiosk/contracts/http/catalog'
import { ProblemError } from '@kiosk/kit/problem'
import { endpoint } from '../endpoint.ts'
import { listProducts } from '../operations/list-products.ts'
import { isStaff } from './access.ts'
import { kept } from './kept.ts'
import { viewProduct } from './view.ts'

export const listProductsRoute = endpoint(
  route,
  async (c) => {
    const { status = 'published', ...query } = c.req.valid('query')
    const { principal, deps } = c.var
    if (status === 'draft' && !isStaff(principal)) {
      throw new ProblemError(principal === null ? 'unauthorized' : 'forbidden')
    }
    const { rows, nextCursor, facets } = await listProducts(deps, { ...query, status })
    return c.json({ items: rows.map(viewProduct), nextCursor, facets }, 200)
  },
  kept,
)
