/**
 * Waits of the product, shortened so that a test sees what follows them. How long stock is held and
 * how long a token lives stay as they are: a file that is about those starts a system of its own.
 */
export const SHORT_DURATIONS = {
  // The outbox of a D1, and of a SKU.
  RELAY_HEARTBEAT_MS: '2000',
  RELAY_BACKSTOP_MS: '500',
  RELAY_RETRY_MS: '200',
  STOCK_COALESCE_MS: '100',
  STOCK_RETRY_MS: '200',
  STOCK_BACKSTOP_MS: '1000',
  // Consumers: eight attempts a second apart before a message is dead.
  QUEUE_RETRY_MS: '1000',
  QUEUE_RETRY_MS_MAX: '1000',
  // Orders and payments. `tok_slow` still answers within the timeout; `tok_no_answer` does not.
  CLAIM_LEASE_MS: '2000',
  PAYMENT_LEASE_MS: '3000',
  PROVIDER_TIMEOUT_MS: '1500',
  SIMULATED_SLOW_MS: '500',
  SIMULATED_WEBHOOK_DELAY_MS: '500',
  RECONCILE_FIRST_MS: '500',
  RECONCILE_BACKOFF_MS: '300',
  RECONCILE_BACKOFF_MS_MAX: '1000',
  RECONCILE_HEARTBEAT_MS: '2000',
  // Mail.
  DISPATCH_HEARTBEAT_MS: '2000',
  DISPATCH_BACKSTOP_MS: '500',
  DISPATCH_RETRY_MS: '200',
  DISPATCH_RETRY_MS_MAX: '1000',
  // Not a duration, but it takes one: cheap password hashes.
  SCRYPT_COST: '1024',
  // All tests come from one address.
  RATE_LIMITS: 'off',
} as const
