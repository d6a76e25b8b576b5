import type { Shortage } from '../errors.ts'
import type { Result } from '../primitives/result.ts'
import type { CallContext } from './call.ts'

export interface ReservationLine {
  readonly sku: string
  readonly quantity: number
}

/** One reservation of one order: every line is named in every call, so that no directory is needed. */
export interface ReservationRef {
  readonly orderId: string
  readonly reservationId: string
  readonly lines: readonly ReservationLine[]
}

export type ReserveRefusal =
  | { readonly code: 'insufficient_stock'; readonly shortages: readonly Shortage[] }
  /** The id was released, or is live with other lines: a caller's mistake. */
  | { readonly code: 'reservation_ended' }

/** A line's hold has lapsed or was released, so its deadline cannot be moved. */
export interface ExtendRefusal {
  readonly code: 'reservation_ended'
}

export type CommitRefusal =
  | { readonly code: 'insufficient_stock'; readonly shortages: readonly Shortage[] }
  | { readonly code: 'reservation_ended' }

/** What inventory does for other Workers. Every call may be repeated: the second does nothing. */
export interface InventoryRpc {
  /** Holds all lines until `expiresAt` (epoch ms), or none. */
  reserve(
    call: CallContext,
    input: ReservationRef & { readonly expiresAt: number },
  ): Promise<Result<{ expiresAt: number }, ReserveRefusal>>
  /** Moves the deadline of every line to at least `expiresAt` (epoch ms). */
  extend(
    call: CallContext,
    input: ReservationRef & { readonly expiresAt: number },
  ): Promise<Result<{ expiresAt: number }, ExtendRefusal>>
  /**
   * Pins every line, then deducts every line. A lapsed hold takes the stock again; if there is none,
   * every line is unpinned and the call refused.
   */
  commit(call: CallContext, input: ReservationRef): Promise<Result<null, CommitRefusal>>
  /** Frees every line for good; of a committed line, the units return to stock. */
  release(call: CallContext, input: ReservationRef): Promise<void>
}
