import { logout as contract } from '@kiosk/contracts/http/users-auth'
import { endpoint } from '../endpoint.ts'
import { logOut } from '../operations/log-out.ts'

export const logout = endpoint(contract, async (c) => {
  await logOut(c.var.deps, c.req.valid('json').refreshToken)
  return c.body(null, 204)
})
