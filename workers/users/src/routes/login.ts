import { login as contract } from '@kiosk/contracts/http/users-auth'
import { endpoint } from '../endpoint.ts'
import { logIn } from '../operations/log-in.ts'
import { sessionView } from './view.ts'

export const login = endpoint(contract, async (c) => {
  const signedIn = await logIn(c.var.deps, c.req.valid('json'))
  return c.json(sessionView(signedIn), 200)
})
