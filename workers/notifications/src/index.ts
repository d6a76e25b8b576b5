import { createConsumer } from '@kiosk/kit/consumer'
import { app } from './app.ts'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { handlers } from './events/index.ts'

export { NotificationsAudit } from './audit.ts'
export { Dispatcher } from './objects/dispatcher.ts'

export default {
  fetch: app.fetch,
  queue: createConsumer({
    subscriber: 'notifications',
    handlers,
    createDeps,
    database: (env: Env) => createDeps(env).db,
  }),
  scheduled: (_event, env) => env.DISPATCHER.getByName('dispatcher').nudge(),
} satisfies ExportedHandler<Env>
