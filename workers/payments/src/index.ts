import { createConsumer } from '@kiosk/kit/consumer'
import { app } from './app.ts'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { handlers } from './events/index.ts'

export { OutboxRelay } from '@kiosk/kit/outbox-relay'
export { PaymentsAudit } from './audit.ts'
export { Reconciler } from './objects/reconciler.ts'
export { SimulatedProvider } from './objects/simulated-provider.ts'

export default {
  fetch: app.fetch,
  queue: createConsumer({
    subscriber: 'payments',
    handlers,
    createDeps,
    database: (env: Env) => createDeps(env).db,
  }),
  scheduled: async (_event, env) => {
    await env.RELAY.getByName('relay').nudge()
    await env.RECONCILER.getByName('reconciler').nudge()
  },
} satisfies ExportedHandler<Env>
