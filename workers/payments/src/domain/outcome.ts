/**
 * What a provider says of a charge:
 * - `succeeded`: the full amount is captured
 * - `requires_action`: nothing is captured before the customer confirms (3-D Secure)
 * - `declined`: nothing was captured
 * - `cancelled`: nothing was captured, and nothing will ever be under this key
 * - `pending`: there is no answer yet, or it did not arrive
 * - `unknown`: the provider has never heard of it
 */
export type ChargeOutcome = (
  | { readonly status: 'succeeded' | 'requires_action' | 'cancelled' | 'pending' | 'unknown' }
  | { readonly status: 'declined'; readonly failureCode: string }
) & {
  /** The provider's own id of the charge, if it gives one. */
  readonly reference?: string | undefined
}

/** What a provider says of a refund. One that is `refused` paid nothing back. */
export type RefundOutcome =
  | { readonly status: 'succeeded' }
  | { readonly status: 'pending' | 'unknown' }
  | { readonly status: 'refused'; readonly failureCode: string }
