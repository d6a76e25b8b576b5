import { durationMs, wholeNumber } from '@kiosk/kit/config'
import { z } from 'zod'
import type { SkuStockEnv } from './objects/settings.ts'
import type { SkuStock } from './objects/sku-stock.ts'

/** What `wrangler.toml` binds. */
export interface Env extends SkuStockEnv {
  readonly USERS: Fetcher
  readonly STOCK: DurableObjectNamespace<SkuStock>
}

/** The variables that change how this Worker behaves; those of its objects are in `objects/settings.ts`. */
export const Config = z.object({
  /** How often a reservation is tried whose only obstacle is others' unfinished attempts. */
  RESERVE_ATTEMPTS_MAX: wholeNumber(6),
  /** How long it waits before the second try, on average; then twice as long, up to 16 times. */
  RESERVE_RETRY_MS: durationMs(40),
})
