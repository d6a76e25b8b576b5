import { deleteAddress as contract } from '@kiosk/contracts/http/users-addresses'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { deleteAddress as remove } from '../operations/addresses.ts'

export const deleteAddress = endpoint(contract, async (c) => {
  await remove(c.var.deps, principalOf(c).id, c.req.valid('param').id)
  return c.body(null, 204)
})
