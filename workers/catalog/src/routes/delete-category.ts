import { deleteCategory as route } from '@kiosk/contracts/http/categories'
import { endpoint } from '../endpoint.ts'
import { deleteCategory } from '../operations/delete-category.ts'

export const deleteCategoryRoute = endpoint(route, async (c) => {
  await deleteCategory(c.var.deps, c.req.valid('param').id)
  return c.body(null, 204)
})
