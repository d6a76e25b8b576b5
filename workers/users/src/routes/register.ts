import { register as contract } from '@kiosk/contracts/http/users-auth'
import { endpoint } from '../endpoint.ts'
import { register as open } from '../operations/register.ts'
import { sessionView } from './view.ts'

export const register = endpoint(contract, async (c) => {
  const signedIn = await open(c.var.deps, c.req.valid('json'))
  return c.json(sessionView(signedIn), 201)
})
