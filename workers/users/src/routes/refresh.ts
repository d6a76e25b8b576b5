import { refresh as contract } from '@kiosk/contracts/http/users-auth'
import { endpoint } from '../endpoint.ts'
import { refreshSession } from '../operations/refresh-session.ts'
import { sessionView } from './view.ts'

export const refresh = endpoint(contract, async (c) => {
  const signedIn = await refreshSession(c.var.deps, c.req.valid('json').refreshToken)
  return c.json(sessionView(signedIn), 200)
})
