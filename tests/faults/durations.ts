/**
 * Waits of the product, as short as they can be without changing what follows them: what recovers in
 * seconds in production recovers in a fraction of one here.
 */
export const PROVING_DURATIONS = {
  RELAY_HEARTBEAT_MS: '600',
  RELAY_BACKSTOP_MS: '150',
  RELAY_RETRY_MS: '100',
  STOCK_COALESCE_MS: '50',
  STOCK_RETRY_MS: '100',
  STOCK_BACKSTOP_MS: '500',
  STOCK_TOLD_BY_MS: '500',
  QUEUE_RETRY_MS: '200',
  QUEUE_RETRY_MS_MAX: '900',
  CLAIM_LEASE_MS: '400',
  PAYMENT_LEASE_MS: '700',
  PROVIDER_TIMEOUT_MS: '500',
  SIMULATED_SLOW_MS: '250',
  SIMULATED_WEBHOOK_DELAY_MS: '200',
  RECONCILE_FIRST_MS: '250',
  RECONCILE_BACKOFF_MS: '150',
  RECONCILE_BACKOFF_MS_MAX: '300',
  RECONCILE_HEARTBEAT_MS: '600',
  DISPATCH_HEARTBEAT_MS: '1500',
  DISPATCH_BACKSTOP_MS: '150',
  DISPATCH_RETRY_MS: '100',
  DISPATCH_RETRY_MS_MAX: '400',
  // One set of people for a whole run.
  ACCESS_TTL_MS: '7200000',
  SCRYPT_COST: '1024',
  RATE_LIMITS: 'off',
} as const

/** How long stock is held: the journeys that are about the end of a hold have one that ends soon. */
export const HOLDS = {
  long: {},
  short: {
    ORDER_HOLD_MS: '1200',
    PAYMENT_HOLD_MS: '0',
    SIMULATED_SLOW_MS: '700',
    PROVIDER_TIMEOUT_MS: '1200',
    PAYMENT_LEASE_MS: '1500',
  },
} as const satisfies Record<string, Record<string, string>>
export type Hold = keyof typeof HOLDS
