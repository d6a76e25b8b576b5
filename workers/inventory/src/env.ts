import { durationMs, wholeNumber } from '@kiosk/kit/config'
import { z } from 'zod'
import type { SkuStockEnv } from './objects/settings.ts'

/** What `wrangler.toml` binds. */
export interface Env extends SkuStockEnv {
  readonly USERS: Fetcher
}

/** The variables that change how this Worker behaves; those of its objects are in `objects/settings.ts`. */
export const Config = z.object({
  /** How often a reservation is tried whose only obstacle is others' unfinished attempts. */
  RESERVE_ATTEMPTS_MAX: wholeNumber(6),
  /** How long it waits before the second try, on average; then twice as long, up to 16 times. */
  RESERVE_RETRY_MS: durationMs(40),
  /**
   * For how long after a split SKU was sold out it is said to be without asking: units that come back in that
   * time are seen at its end. 0: always ask.
   */
  SOLD_OUT_FOR_MS: durationMs(1_000),
})
