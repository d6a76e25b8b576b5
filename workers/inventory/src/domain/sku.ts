import { UNITS_MAX } from '@kiosk/contracts/http/inventory'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import { assert } from '@kiosk/kit/assert'

/** The balance of one SKU, in units. */
export interface Stock {
  readonly sku: string
  /** What lies on the shelf, whoever it is promised to. */
  readonly onHand: number
  /** What of it is promised. */
  readonly reserved: number
  /** Rises with every change. 0: the SKU exists, but nobody has set its stock yet. */
  readonly version: number
  readonly lowStockThreshold: number
  /** Whether it was low at the last change: being low is announced when this turns true. */
  readonly isLow: boolean
}

/** A change of `onHand` and why; the sum of all of them is `onHand`. */
export interface Movement {
  readonly delta: number
  readonly reason: string
  /** What caused it, such as an order id. */
  readonly reference: string | null
  readonly onHand: number
}

/** Something that others are told of. */
export type Fact =
  | { readonly type: 'stock.low' }
  | {
      readonly type: 'reservation.expired'
      readonly reservationId: string
      readonly orderId: string
      readonly quantity: number
      /** The deadline that has passed, epoch ms. */
      readonly expiresAt: number
      readonly traceparent: string
    }

/** A SKU as a decision leaves it, and what is to be recorded and told of it. */
export interface Change {
  readonly stock: Stock
  readonly movements: readonly Movement[]
  readonly facts: readonly Fact[]
}

export type StockRefusal =
  | { readonly code: 'below_reserved'; readonly reserved: number }
  | { readonly code: 'above_maximum' }

/** A SKU that nobody has put in stock yet. */
export function newStock(sku: string, lowStockThreshold: number): Stock {
  return { sku, onHand: 0, reserved: 0, version: 0, lowStockThreshold, isLow: false }
}

/** What can still be promised. */
export function availableOf(stock: Stock): number {
  return stock.onHand - stock.reserved
}

/** The next version of a balance. Announces that it has become low, once until it has risen again. */
export function revise(
  stock: Stock,
  patch: Partial<Pick<Stock, 'onHand' | 'reserved' | 'lowStockThreshold'>>,
): { readonly stock: Stock; readonly facts: readonly Fact[] } {
  const next = { ...stock, ...patch, version: stock.version + 1 }
  assert(Number.isSafeInteger(next.onHand) && Number.isSafeInteger(next.reserved), 'whole units')
  assert(next.reserved >= 0 && next.reserved <= next.onHand, '0 ≤ reserved ≤ onHand')
  const isLow = availableOf(next) <= next.lowStockThreshold
  const facts: Fact[] = isLow && !stock.isLow ? [{ type: 'stock.low' }] : []
  return { stock: { ...next, isLow }, facts }
}

/** Says how many units there are, as counted by hand. */
export function setStock(
  stock: Stock,
  count: { readonly onHand: number; readonly lowStockThreshold?: number | undefined },
): Result<Change, StockRefusal> {
  const { onHand, lowStockThreshold = stock.lowStockThreshold } = count
  if (onHand < stock.reserved) return refuse(belowReserved(stock))
  const isSame = onHand === stock.onHand && lowStockThreshold === stock.lowStockThreshold
  if (isSame && stock.version > 0) return ok({ stock, movements: [], facts: [] })
  const delta = onHand - stock.onHand
  const counted = { delta, reason: 'count', reference: null, onHand }
  const movements = delta === 0 ? [] : [counted]
  return ok({ ...revise(stock, { onHand, lowStockThreshold }), movements })
}

/** Adds units (or takes them away) for a reason that staff gives. */
export function adjustStock(
  stock: Stock,
  adjustment: { readonly delta: number; readonly reason: string },
): Result<Change, StockRefusal> {
  const { delta, reason } = adjustment
  const onHand = stock.onHand + delta
  if (onHand < stock.reserved) return refuse(belowReserved(stock))
  if (onHand > UNITS_MAX) return refuse({ code: 'above_maximum' })
  return ok({
    ...revise(stock, { onHand }),
    movements: [{ delta, reason, reference: null, onHand }],
  })
}

function belowReserved(stock: Stock): StockRefusal {
  return { code: 'below_reserved', reserved: stock.reserved }
}
