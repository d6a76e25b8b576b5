import { Buffer } from 'node:buffer'
import { Email } from '@kiosk/contracts/primitives/text'
import { durationMs, wholeNumber } from '@kiosk/kit/config'
import type { OutboxRelay, RelayEnv } from '@kiosk/kit/outbox-relay'
import { z } from 'zod'
import { GuardConfig, type LoginGuard } from './objects/login-guard.ts'

/** What `wrangler.toml` binds. */
export interface Env extends RelayEnv {
  readonly DB: D1Database
  readonly RELAY: DurableObjectNamespace<OutboxRelay>
  readonly LOGIN_GUARD: DurableObjectNamespace<LoginGuard>
}

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const KEY_BYTES = 32

/** 32 random bytes in base64; a URL-safe alphabet is understood too. */
const EncryptionKey = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]{43}=?$/, 'must be 32 bytes in base64')
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
  .refine((key) => key.length === KEY_BYTES, 'must be 32 bytes in base64')

/** The variables that change how this Worker behaves, with their defaults. */
export const Config = GuardConfig.extend({
  /** Secret. Private signing keys are stored encrypted under it. */
  KEY_ENCRYPTION_KEY: EncryptionKey,
  /** Secrets. The first admin: made when there is no such account; both empty for none. */
  ADMIN_EMAIL: z.literal('').or(Email).default(''),
  ADMIN_PASSWORD: z.literal('').or(z.string().min(8).max(128)).default(''),
  /** Lifetimes. Other Workers accept an access token until it expires, so it lives shortly. */
  ACCESS_TTL_MS: durationMs(15 * MINUTE_MS),
  REFRESH_TTL_MS: durationMs(30 * DAY_MS),
  RESET_TTL_MS: durationMs(30 * MINUTE_MS),
  /** How long a key signs. */
  KEY_ROTATION_MS: durationMs(30 * DAY_MS),
  /** How long a key is published before it signs: longer than anybody caches the key set. */
  KEY_PREPUBLISH_MS: durationMs(HOUR_MS),
  /** How long an isolate uses the keys that it has read. */
  KEY_CACHE_MS: durationMs(MINUTE_MS),
  /** scrypt's N: a power of two. Above 2^15 the platform refuses the cost of N·r·p. */
  SCRYPT_COST: wholeNumber(2 ** 15).refine(
    (cost) => cost >= 2 && cost <= 2 ** 15 && Number.isInteger(Math.log2(cost)),
    'must be a power of two, 2 to 32768',
  ),
})
export type Config = z.infer<typeof Config>
