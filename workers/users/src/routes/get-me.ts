import { getMe as contract } from '@kiosk/contracts/http/users'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { currentUser } from '../operations/current-user.ts'
import { userView } from './view.ts'

export const getMe = endpoint(contract, async (c) => {
  const user = await currentUser(c.var.deps, principalOf(c).id)
  return c.json(userView(user), 200)
})
