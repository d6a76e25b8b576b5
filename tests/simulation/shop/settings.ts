/**
 * Shorter than in production where something waits for nothing but the clock: a shop comes to rest in
 * fewer beats. The ratios are kept.
 */
export const DURATIONS = {
  ORDER_HOLD_MS: '300000',
  PAYMENT_HOLD_MS: '200000',
  ORDER_HOLD_MS_MAX: '1200000',
  STOCK_TOLD_BY_MS: '300000',
  RELAY_HEARTBEAT_MS: '60000',
  RECONCILE_HEARTBEAT_MS: '60000',
  RECONCILE_BACKOFF_MS_MAX: '120000',
  DISPATCH_HEARTBEAT_MS: '120000',
  DISPATCH_RETRY_MS_MAX: '120000',
} as const

export const SECRETS = {
  SIMULATED_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 'sim').toString('base64')}`,
} as const
