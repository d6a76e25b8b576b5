import { createApp } from '@kiosk/kit/app'
import { remoteKeys } from '@kiosk/kit/auth'
import { addInternalRoutes } from '@kiosk/kit/internal-routes'
import { isMigrated } from '@kiosk/kit/readiness'
import { createDeps, type Deps } from './deps.ts'
import type { Env } from './env.ts'
import { missingSettings } from './providers/index.ts'
import { getMyPreferences } from './routes/get-preferences.ts'
import { listMyNotifications } from './routes/list-notifications.ts'
import { putMyPreferences } from './routes/put-preferences.ts'
import * as schema from './store/schema.ts'

const keys = (env: Env) => remoteKeys(env.USERS)

export const app = createApp<Env, Deps>({
  service: 'notifications',
  createDeps,
  keys,
  endpoints: [listMyNotifications, getMyPreferences, putMyPreferences],
  ready: async (env) => {
    await env.DISPATCHER.getByName('dispatcher').keepAlive()
    const { db, config } = createDeps(env)
    const missing = missingSettings(env, config).map((name) => [name, false] as const)
    return { migrated: await isMigrated(db, schema), ...Object.fromEntries(missing) }
  },
})

addInternalRoutes(app, {
  keys,
  deadLetters: { subscriber: 'notifications', database: (env) => createDeps(env).db },
})
