import type { CallContext } from '@kiosk/contracts/rpc/call'
import type { CatalogRpc as Contract } from '@kiosk/contracts/rpc/catalog'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { loadPrices } from './store/price-list.ts'

/** What other Workers may ask of catalog. Reachable over a service binding only. */
export class CatalogRpc extends WorkerEntrypoint<Env> implements Contract {
  priceVariants(call: CallContext, skus: readonly string[]) {
    const { db } = createDeps(this.env)
    return serveCall('catalog', 'priceVariants', call, () => loadPrices(db, skus))
  }
}
