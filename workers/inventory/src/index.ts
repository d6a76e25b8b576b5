import { createConsumer } from '@kiosk/kit/consumer'
import { app } from './app.ts'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { handlers } from './events/index.ts'

export { InventoryAudit } from './audit.ts'
export { SkuStock } from './objects/sku-stock.ts'
export { InventoryRpc } from './rpc.ts'

export default {
  fetch: app.fetch,
  queue: createConsumer({
    subscriber: 'inventory',
    handlers,
    createDeps,
    database: (env: Env) => createDeps(env).db,
  }),
} satisfies ExportedHandler<Env>
