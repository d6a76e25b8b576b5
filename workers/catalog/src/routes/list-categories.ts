import { listCategories as route } from '@kiosk/contracts/http/categories'
import { endpoint } from '../endpoint.ts'
import { listCategories } from '../operations/list-categories.ts'

export const listCategoriesRoute = endpoint(route, async (c) =>
  c.json({ items: await listCategories(c.var.deps) }, 200),
)
