import { replaceAddress as contract } from '@kiosk/contracts/http/users-addresses'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { replaceAddress as replace } from '../operations/addresses.ts'
import { addressView } from './view.ts'

export const replaceAddress = endpoint(contract, async (c) => {
  const { id } = c.req.valid('param')
  const address = await replace(c.var.deps, principalOf(c).id, id, c.req.valid('json'))
  return c.json(addressView(address), 200)
})
