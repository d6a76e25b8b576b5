import { createApp } from '@kiosk/kit/app'
import { remoteKeys } from '@kiosk/kit/auth'
import { addInternalRoutes } from '@kiosk/kit/internal-routes'
import { isMigrated } from '@kiosk/kit/readiness'
import { createDeps, type Deps } from './deps.ts'
import type { Env } from './env.ts'
import { republish } from './operations/republish.ts'
import { adjustStock } from './routes/adjust-stock.ts'
import { commitReservation } from './routes/commit-reservation.ts'
import { createReservation } from './routes/create-reservation.ts'
import { getStock } from './routes/get-stock.ts'
import { listBuckets } from './routes/list-buckets.ts'
import { listInventory } from './routes/list-inventory.ts'
import { listMovements } from './routes/list-movements.ts'
import { releaseReservation } from './routes/release-reservation.ts'
import { setStock } from './routes/set-stock.ts'
import { splitStock } from './routes/split-stock.ts'
import * as schema from './store/schema.ts'

const keys = (env: Env) => remoteKeys(env.USERS)

export const app = createApp<Env, Deps>({
  service: 'inventory',
  createDeps,
  keys,
  endpoints: [
    listInventory,
    getStock,
    setStock,
    listBuckets,
    splitStock,
    adjustStock,
    listMovements,
    createReservation,
    releaseReservation,
    commitReservation,
  ],
  ready: async (env) => ({ migrated: await isMigrated(createDeps(env).db, schema) }),
})

addInternalRoutes(app, {
  keys,
  deadLetters: { subscriber: 'inventory', database: (env) => createDeps(env).db },
  republish: (env, since, subscriber) => republish(createDeps(env), since, subscriber),
})
