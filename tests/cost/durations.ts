/**
 * Durations of the product as they are by default, but for these: what has to be waited for comes soon, and
 * what happens without an order (heartbeats, reading texts again) does not happen meanwhile.
 */
export const COUNTING_DURATIONS = {
  RELAY_HEARTBEAT_MS: '3600000',
  RECONCILE_HEARTBEAT_MS: '3600000',
  DISPATCH_HEARTBEAT_MS: '3600000',
  TEMPLATES_CACHE_MS: '3600000',
  KEY_CACHE_MS: '3600000',
  STOCK_COALESCE_MS: '100',
  // Long enough to pay without moving the deadline, as nearly everybody does: on a busy machine, too.
  ORDER_HOLD_MS: '15000',
  PAYMENT_HOLD_MS: '0',
  STOCK_TOLD_BY_MS: '15000',
  SCRYPT_COST: '1024',
  RATE_LIMITS: 'off',
} as const

/** When nothing has been used for so long, nothing is under way: longer than any wait but that of a hold. */
export const STILL_MS = 2_500
