import { confirmPasswordReset as contract } from '@kiosk/contracts/http/users-auth'
import { endpoint } from '../endpoint.ts'
import { confirmPasswordReset as confirm } from '../operations/confirm-password-reset.ts'

export const confirmPasswordReset = endpoint(contract, async (c) => {
  await confirm(c.var.deps, c.req.valid('json'))
  return c.body(null, 204)
})
