/** How long the stock of an order may be held, ms. */
export interface HoldLimits {
  /** At least this long from the moment somebody starts to pay. */
  readonly paymentHoldMs: number
  /** At most this long after the order was placed. */
  readonly holdMsMax: number
}

/**
 * Until when to hold the stock of an order that somebody starts to pay (epoch ms), or null when its time is
 * over.
 */
export function payingDeadline(
  order: { readonly createdAt: number; readonly expiresAt: number },
  now: number,
  { paymentHoldMs, holdMsMax }: HoldLimits,
): number | null {
  const latest = order.createdAt + holdMsMax
  if (latest <= now) return null
  return Math.max(order.expiresAt, Math.min(now + paymentHoldMs, latest))
}
