import { listAddresses as contract } from '@kiosk/contracts/http/users-addresses'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { listAddresses as list } from '../operations/addresses.ts'
import { addressView } from './view.ts'

export const listAddresses = endpoint(contract, async (c) => {
  const page = await list(c.var.deps, principalOf(c).id, c.req.valid('query'))
  return c.json({ items: page.rows.map(addressView), nextCursor: page.nextCursor }, 200)
})
