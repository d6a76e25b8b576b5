import type { AlarmLoop } from '@kiosk/kit/alarm-loop'
import { durationMs, wholeNumber } from '@kiosk/kit/config'
import { z } from 'zod'

/** What `wrangler.toml` binds. Settings of one provider only are read in its file under providers/. */
export interface Env {
  readonly DB: D1Database
  readonly TEMPLATES: KVNamespace
  readonly EMAIL: SendEmail
  readonly USERS: Fetcher
  readonly DISPATCHER: DurableObjectNamespace<AlarmLoop<unknown>>
  readonly QUEUE_NOTIFICATIONS: Queue
}

/** The variables that change how this Worker behaves, with their defaults. */
export const Config = z.object({
  /** Who hands messages on; `mailbox` keeps them in this Worker's own database, for development. */
  EMAIL_PROVIDER: z.enum(['mailbox', 'cloudflare']).default('mailbox'),
  SMS_PROVIDER: z.enum(['mailbox', 'twilio']).default('mailbox'),
  /** Where links in messages lead. */
  STOREFRONT_URL: z.url().default('https://shop.kiosk.test'),
  /** How the shop calls itself in messages. */
  SHOP_NAME: z.string().min(1).default('Kiosk'),
  /** How long an operator's texts are remembered before they are read again. */
  TEMPLATES_CACHE_MS: durationMs(60_000),
  /** How long the dispatcher sleeps when nothing is due. */
  DISPATCH_HEARTBEAT_MS: durationMs(30_000),
  /** How soon the dispatcher tries again when its own work failed. */
  DISPATCH_BACKSTOP_MS: durationMs(2_000),
  /** The wait after a first failed attempt; it doubles with each, up to the ceiling. */
  DISPATCH_RETRY_MS: durationMs(5_000),
  DISPATCH_RETRY_MS_MAX: durationMs(60 * 60 * 1000),
  /** After so many failed attempts a message is given up: about two and a half hours. */
  DISPATCH_ATTEMPTS_MAX: wholeNumber(12),
  /** How long a provider may take to accept one message. */
  DISPATCH_TIMEOUT_MS: durationMs(10_000),
})
export type Config = z.infer<typeof Config>
