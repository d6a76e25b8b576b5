import { createConsumer } from '@kiosk/kit/consumer'
import { app } from './app.ts'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { handlers } from './events/index.ts'

export { CatalogAudit } from './audit.ts'
export { CatalogRelay as OutboxRelay } from './objects/catalog-relay.ts'
export { CatalogRpc } from './rpc.ts'

export default {
  fetch: app.fetch,
  queue: createConsumer({
    subscriber: 'catalog',
    handlers,
    createDeps,
    database: (env: Env) => createDeps(env).db,
  }),
  scheduled: (_event, env) => env.RELAY.getByName('relay').nudge(),
} satisfies ExportedHandler<Env>
