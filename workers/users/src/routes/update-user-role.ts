import { updateUserRole as contract } from '@kiosk/contracts/http/users'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { changeUserRole } from '../operations/change-user-role.ts'
import { userView } from './view.ts'

export const updateUserRole = endpoint(contract, async (c) => {
  const input = { userId: c.req.valid('param').id, role: c.req.valid('json').role }
  const user = await changeUserRole(c.var.deps, principalOf(c), input)
  return c.json(userView(user), 200)
})
