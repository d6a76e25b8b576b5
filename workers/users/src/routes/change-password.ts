import { changePassword as contract } from '@kiosk/contracts/http/users'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { changePassword as change } from '../operations/change-password.ts'

export const changePassword = endpoint(contract, async (c) => {
  await change(c.var.deps, principalOf(c).id, c.req.valid('json'))
  return c.body(null, 204)
})
