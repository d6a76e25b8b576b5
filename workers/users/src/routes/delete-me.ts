import { deleteMe as contract } from '@kiosk/contracts/http/users'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { deleteAccount } from '../operations/delete-account.ts'

export const deleteMe = endpoint(contract, async (c) => {
  await deleteAccount(c.var.deps, principalOf(c).id)
  return c.body(null, 204)
})
