import type { Money } from '../primitives/money.ts'
import type { Result } from '../primitives/result.ts'
import type { CallContext } from './call.ts'

/** What a payment needs to know of its order. */
export interface PayableOrder {
  readonly orderId: string
  readonly number: string
  readonly customerId: string
  readonly amount: Money
  /** Until when the stock is held, epoch ms. */
  readonly deadline: number
}

export type PayableRefusal =
  | { readonly code: 'not_found' }
  | { readonly code: 'order_not_payable'; readonly detail: string }

/** What orders answers other Workers. */
export interface OrdersRpc {
  /**
   * Says whether an order can be paid, and extends the hold of its stock so that there is time to.
   * `customerId` is the person who pays, or null when staff acts for any customer.
   */
  payable(
    call: CallContext,
    input: { readonly orderId: string; readonly customerId: string | null },
  ): Promise<Result<PayableOrder, PayableRefusal>>
}
