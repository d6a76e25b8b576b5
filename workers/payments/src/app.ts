import { createApp } from '@kiosk/kit/app'
import { remoteKeys } from '@kiosk/kit/auth'
import { addInternalRoutes } from '@kiosk/kit/internal-routes'
import { isMigrated } from '@kiosk/kit/readiness'
import { createDeps, type Deps } from './deps.ts'
import type { Env } from './env.ts'
import { confirmPaymentRoute } from './routes/confirm-payment.ts'
import { getPaymentRoute } from './routes/get-payment.ts'
import { initiatePaymentRoute } from './routes/initiate-payment.ts'
import { receivePaymentWebhookRoute } from './routes/receive-payment-webhook.ts'
import { refundPaymentRoute } from './routes/refund-payment.ts'
import * as schema from './store/schema.ts'

const keys = (env: Env) => remoteKeys(env.USERS)

export const app = createApp<Env, Deps>({
  service: 'payments',
  createDeps,
  keys,
  endpoints: [
    initiatePaymentRoute,
    getPaymentRoute,
    confirmPaymentRoute,
    refundPaymentRoute,
    receivePaymentWebhookRoute,
  ],
  ready: async (env) => {
    await env.RELAY.getByName('relay').keepAlive()
    await env.RECONCILER.getByName('reconciler').keepAlive()
    return { migrated: await isMigrated(createDeps(env).db, schema) }
  },
})

addInternalRoutes(app, {
  keys,
  deadLetters: { subscriber: 'payments', database: (env) => createDeps(env).db },
  republish: (env, since, subscriber) => env.RELAY.getByName('relay').republish(since, subscriber),
})
