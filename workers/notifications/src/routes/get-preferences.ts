import { getPreferences } from '@kiosk/contracts/http/notifications'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { findPreferences } from '../store/preferences.ts'

export const getMyPreferences = endpoint(getPreferences, async (c) =>
  c.json(await findPreferences(c.var.deps.db, principalOf(c).id), 200),
)
