/** Money on its way back. The row reserves its amount until it has succeeded or failed. */
export interface Refund {
  readonly id: string
  readonly paymentId: string
  readonly amountMinor: number
  readonly currency: string
  readonly reason: string
  readonly status: 'processing' | 'succeeded' | 'failed'
  readonly failureCode: string | null
  /** When reconciliation looks next, epoch ms; null once it is settled. */
  readonly checkAt: number | null
  readonly checks: number
  readonly traceparent: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** What a refund asks for, in minor units. */
interface Asked {
  readonly amountMinor: number
  readonly currency: string
}

/**
 * What can be refunded: what was captured, and what of it no other refund has taken or reserved.
 */
interface Refundable {
  readonly capturedMinor: number
  readonly leftMinor: number
  readonly currency: string
}

export type RefundRefusal =
  | 'payment_not_refundable'
  | 'mixed_currencies'
  | 'refund_exceeds_captured'

/**
 * How much a refund is of (everything that is left, if nothing was asked for), or why it may not
 * be.
 */
export function refundAmount(
  asked: Asked | undefined,
  { capturedMinor, leftMinor, currency }: Refundable,
): number | RefundRefusal {
  if (capturedMinor === 0) return 'payment_not_refundable'
  if (asked !== undefined && asked.currency !== currency) return 'mixed_currencies'
  const amountMinor = asked?.amountMinor ?? leftMinor
  if (amountMinor > leftMinor || leftMinor === 0) return 'refund_exceeds_captured'
  return amountMinor
}
