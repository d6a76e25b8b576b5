import { listUsers as contract } from '@kiosk/contracts/http/users'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { listUsers as list } from '../operations/list-users.ts'
import { userView } from './view.ts'

export const listUsers = endpoint(contract, async (c) => {
  const page = await list(c.var.deps, principalOf(c), c.req.valid('query'))
  return c.json({ items: page.rows.map(userView), nextCursor: page.nextCursor }, 200)
})
