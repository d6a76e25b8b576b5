import type { CatalogRpc } from '@kiosk/contracts/rpc/catalog'
import type { InventoryRpc } from '@kiosk/contracts/rpc/inventory'
import { durationMs } from '@kiosk/kit/config'
import type { OutboxRelay } from '@kiosk/kit/outbox-relay'
import { z } from 'zod'

/** What `wrangler.toml` binds. */
export interface Env {
  readonly DB: D1Database
  readonly USERS: Fetcher
  readonly CATALOG_RPC: CatalogRpc
  readonly INVENTORY_RPC: InventoryRpc
  readonly RELAY: DurableObjectNamespace<OutboxRelay>
}

const MINUTE_MS = 60_000

/** The variables that change how this Worker behaves, with their defaults. */
export const Config = z.object({
  /** How long a new order holds its stock. */
  ORDER_HOLD_MS: durationMs(15 * MINUTE_MS),
  /** How long the stock is held at least from the moment somebody starts to pay. */
  PAYMENT_HOLD_MS: durationMs(10 * MINUTE_MS),
  /** How long after its creation an order can be held at most, however often somebody tries to pay. */
  ORDER_HOLD_MS_MAX: durationMs(60 * MINUTE_MS),
  /** How long one attempt to place an order may take before another may take it over. */
  CLAIM_LEASE_MS: durationMs(30_000),
})
export type Config = z.infer<typeof Config>
