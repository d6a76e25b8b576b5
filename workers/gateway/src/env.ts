import { durationMs, wholeNumber } from '@kiosk/kit/config'
import { z } from 'zod'

/** What `wrangler.toml` binds. */
export interface Env {
  readonly CATALOG: Fetcher
  readonly INVENTORY: Fetcher
  readonly ORDERS: Fetcher
  readonly PAYMENTS: Fetcher
  readonly USERS: Fetcher
  readonly NOTIFICATIONS: Fetcher
  readonly ASSETS: Fetcher
  readonly LIMIT_ADDRESS: RateLimit
  readonly LIMIT_SIGN_IN: RateLimit
  readonly LIMIT_USER: RateLimit
}

/** The variables that change how this Worker behaves, with their defaults. */
export const Config = z.object({
  /** Whose web pages may call the API: origins separated by commas, or `*`. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim())),
  RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  /** The largest body that is passed on, bytes. */
  BODY_BYTES_MAX: wholeNumber(256 * 1024),
  /** How much of a body that nobody wants is still read, so that its sender hears why, bytes. */
  UNREAD_BYTES_MAX: wholeNumber(16 * 1024 * 1024),
  /** How long a Worker may take to answer. A slow payment provider is within it. */
  UPSTREAM_TIMEOUT_MS: durationMs(30_000),
  /** How long a Worker may take to say whether it is ready. */
  READY_TIMEOUT_MS: durationMs(5_000),
})
export type Config = z.infer<typeof Config>
