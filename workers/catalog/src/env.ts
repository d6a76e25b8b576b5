import type { RelayEnv } from '@kiosk/kit/outbox-relay'
import { z } from 'zod'
import type { CatalogRelay } from './objects/catalog-relay.ts'

/** What `wrangler.toml` binds. */
export interface Env extends RelayEnv {
  readonly DB: D1Database
  readonly CACHE: KVNamespace
  readonly USERS: Fetcher
  readonly RELAY: DurableObjectNamespace<CatalogRelay>
}

/** The variables that change how this Worker behaves, with their defaults. */
export const Config = z.object({
  /** Not ready before the product of this slug exists and is in stock: the seed writes it last. */
  SEED_LAST_SLUG: z.string().default(''),
})
