import { createApp } from '@kiosk/kit/app'
import { remoteKeys } from '@kiosk/kit/auth'
import { addInternalRoutes } from '@kiosk/kit/internal-routes'
import { isMigrated } from '@kiosk/kit/readiness'
import { createDeps, type Deps } from './deps.ts'
import type { Env } from './env.ts'
import { cancelOrderRoute } from './routes/cancel-order.ts'
import { changeOrderStatusRoute } from './routes/change-order-status.ts'
import { getOrderTimelineRoute } from './routes/get-order-timeline.ts'
import { getOrderRoute } from './routes/get-order.ts'
import { listOrdersRoute } from './routes/list-orders.ts'
import { placeOrderRoute } from './routes/place-order.ts'
import * as schema from './store/schema.ts'

const keys = (env: Env) => remoteKeys(env.USERS)

export const app = createApp<Env, Deps>({
  service: 'orders',
  createDeps,
  keys,
  endpoints: [
    placeOrderRoute,
    listOrdersRoute,
    getOrderRoute,
    getOrderTimelineRoute,
    cancelOrderRoute,
    changeOrderStatusRoute,
  ],
  ready: async (env) => {
    await env.RELAY.getByName('relay').keepAlive()
    return { migrated: await isMigrated(createDeps(env).db, schema) }
  },
})

addInternalRoutes(app, {
  keys,
  deadLetters: { subscriber: 'orders', database: (env) => createDeps(env).db },
  republish: (env, since, subscriber) => env.RELAY.getByName('relay').republish(since, subscriber),
})
