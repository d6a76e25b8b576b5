import { updateMe as contract } from '@kiosk/contracts/http/users'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { updateProfile } from '../operations/update-profile.ts'
import { userView } from './view.ts'

export const updateMe = endpoint(contract, async (c) => {
  const user = await updateProfile(c.var.deps, principalOf(c).id, c.req.valid('json'))
  return c.json(userView(user), 200)
})
