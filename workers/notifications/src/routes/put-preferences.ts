import { putPreferences } from '@kiosk/contracts/http/notifications'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { savePreferences } from '../store/preferences.ts'

export const putMyPreferences = endpoint(putPreferences, async (c) => {
  const chosen = c.req.valid('json')
  const { db, commit } = c.var.deps
  await commit([savePreferences(db, principalOf(c).id, chosen)])
  return c.json(chosen, 200)
})
