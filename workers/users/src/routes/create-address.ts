import { createAddress as contract } from '@kiosk/contracts/http/users-addresses'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { createAddress as create } from '../operations/addresses.ts'
import { addressView } from './view.ts'

export const createAddress = endpoint(contract, async (c) => {
  const address = await create(c.var.deps, principalOf(c).id, c.req.valid('json'))
  return c.json(addressView(address), 201)
})
