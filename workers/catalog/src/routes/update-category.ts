import { updateCategory as route } from '@kiosk/contracts/http/categories'
import { endpoint } from '../endpoint.ts'
import { updateCategory } from '../operations/update-category.ts'
import { viewCategory } from './view.ts'

export const updateCategoryRoute = endpoint(route, async (c) => {
  const { id } = c.req.valid('param')
  return c.json(viewCategory(await updateCategory(c.var.deps, id, c.req.valid('json'))), 200)
})
