import type {
  Audited,
  CatalogAudit,
  InventoryAudit,
  NotificationsAudit,
  OrdersAudit,
  PaymentsAudit,
} from '@kiosk/contracts/rpc/audit'
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
  readonly CATALOG_AUDIT: CatalogAudit
  readonly INVENTORY_AUDIT: InventoryAudit
  readonly ORDERS_AUDIT: OrdersAudit
  readonly PAYMENTS_AUDIT: PaymentsAudit
  readonly USERS_AUDIT: Audited
  readonly NOTIFICATIONS_AUDIT: NotificationsAudit
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
  /**
   * How many calls of Workers one audit may make. The platform allows a request 32, and one fetches
   * the keys that verify its token.
   */
  AUDIT_CALLS_MAX: wholeNumber(30),
  /** How many rows of a kind a Worker looks at in one of them. */
  AUDIT_ROWS_MAX: wholeNumber(400),
  /** After how long an audit stops to ask for more, and says where it stopped. */
  AUDIT_TIME_MS: durationMs(20_000),
  /** How long a Worker may take to say whether it is ready. */
  READY_TIMEOUT_MS: durationMs(5_000),
})
export type Config = z.infer<typeof Config>
