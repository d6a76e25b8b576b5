import { createCategory as route } from '@kiosk/contracts/http/categories'
import { endpoint } from '../endpoint.ts'
import { createCategory } from '../operations/create-category.ts'
import { viewCategory } from './view.ts'

export const createCategoryRoute = endpoint(route, async (c) => {
  const created = await createCategory(c.var.deps, c.req.valid('json'))
  return c.json(viewCategory(created), 201)
})
