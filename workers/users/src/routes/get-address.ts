import { getAddress as contract } from '@kiosk/contracts/http/users-addresses'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { getAddress as get } from '../operations/addresses.ts'
import { addressView } from './view.ts'

export const getAddress = endpoint(contract, async (c) => {
  const address = await get(c.var.deps, principalOf(c).id, c.req.valid('param').id)
  return c.json(addressView(address), 200)
})
