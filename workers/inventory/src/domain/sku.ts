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
  /** Which bucket of its stock this is; none: home, which is all of it unless the stock is split. */
  readonly bucket?: number | undefined
  /** What the other buckets have, at home of stock that is split. */
  readonly elsewhere?: Elsewhere | undefined
}

/** What the other buckets of a SKU have together, as far as home knows, and what is on its way. */
export interface Elsewhere {
  readonly onHand: number
  readonly reserved: number
  readonly version: number
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

/** There are enough, but not here: so many must come home first. */
export interface UnitsElsewhere {
  readonly code: 'units_elsewhere'
  readonly missing: number
}

/** A SKU that nobody has put in stock yet. */
export function newStock(sku: string, lowStockThreshold: number): Stock {
  return { sku, onHand: 0, reserved: 0, version: 0, lowStockThreshold, isLow: false }
}

/** What can still be promised here. */
export function availableOf(stock: Pick<Stock, 'onHand' | 'reserved'>): number {
  return stock.onHand - stock.reserved
}

/** The SKU as a whole, whatever buckets it is split into. */
export function wholeOf<T extends Stock>(stock: T): T {
  const { elsewhere } = stock
  if (elsewhere === undefined) return stock
  return {
    ...stock,
    onHand: stock.onHand + elsewhere.onHand,
    reserved: stock.reserved + elsewhere.reserved,
    version: stock.version + elsewhere.version,
    elsewhere: undefined,
  }
}

/** The next version of a balance. Announces that it has become low, once until it has risen again. */
export function revise(
  stock: Stock,
  patch: Partial<Pick<Stock, 'onHand' | 'reserved' | 'lowStockThreshold'>>,
): { readonly stock: Stock; readonly facts: readonly Fact[] } {
  const next = { ...stock, ...patch, version: stock.version + 1 }
  assert(Number.isSafeInteger(next.onHand) && Number.isSafeInteger(next.reserved), 'whole units')
  assert(next.reserved >= 0 && next.reserved <= next.onHand, '0 ≤ reserved ≤ onHand')
  const isHome = (stock.bucket ?? 0) === 0
  const isLow = isHome && availableOf(wholeOf(next)) <= next.lowStockThreshold
  const facts: Fact[] = isLow && !stock.isLow ? [{ type: 'stock.low' }] : []
  return { stock: { ...next, isLow }, facts }
}

/** Says how many units there are, as counted by hand. */
export function setStock(
  stock: Stock,
  count: { readonly onHand: number; readonly lowStockThreshold?: number | undefined },
): Result<Change, StockRefusal | UnitsElsewhere> {
  const { lowStockThreshold = stock.lowStockThreshold } = count
  const whole = wholeOf(stock)
  const delta = count.onHand - whole.onHand
  const refusal = refusalOf(stock, delta)
  if (refusal !== null) return refuse(refusal)
  const isSame = delta === 0 && lowStockThreshold === stock.lowStockThreshold
  if (isSame && whole.version > 0) return ok({ stock, movements: [], facts: [] })
  const onHand = stock.onHand + delta
  const counted = { delta, reason: 'count', reference: null, onHand }
  const movements = delta === 0 ? [] : [counted]
  return ok({ ...revise(stock, { onHand, lowStockThreshold }), movements })
}

/** Adds units (or takes them away) for a reason that staff gives. */
export function adjustStock(
  stock: Stock,
  adjustment: { readonly delta: number; readonly reason: string },
): Result<Change, StockRefusal | UnitsElsewhere> {
  const { delta, reason } = adjustment
  const refusal = refusalOf(stock, delta)
  if (refusal !== null) return refuse(refusal)
  if (wholeOf(stock).onHand + delta > UNITS_MAX) return refuse({ code: 'above_maximum' })
  const onHand = stock.onHand + delta
  return ok({
    ...revise(stock, { onHand }),
    movements: [{ delta, reason, reference: null, onHand }],
  })
}

/** Why so many units cannot be added here, or taken away. */
function refusalOf(stock: Stock, delta: number): StockRefusal | UnitsElsewhere | null {
  const { onHand, reserved } = wholeOf(stock)
  if (onHand + delta < reserved) return { code: 'below_reserved', reserved }
  const missing = -delta - availableOf(stock)
  return missing > 0 ? { code: 'units_elsewhere', missing } : null
}
