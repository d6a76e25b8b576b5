import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import { unreachable } from '@kiosk/kit/assert'
import { availableOf, revise, type Change, type Fact, type Movement, type Stock } from './sku.ts'
import type { BucketRef } from './split.ts'

/** What a reservation asks of one SKU. */
export interface Terms {
  readonly reservationId: string
  readonly orderId: string
  readonly quantity: number
  /** Stands for the order and all lines of the reservation: another one means another request. */
  readonly fingerprint: string
  readonly owner: 'orders' | 'staff'
  /** Whether other SKUs belong to it too, so that it may still be given back by whoever is acquiring them. */
  readonly severalLines: boolean
  /** The trace of the request, so that what a deadline does later is found with it. */
  readonly traceparent: string
  /** The bucket that is asked, where that is not the object with the SKU's own name. */
  readonly bucket?: BucketRef | undefined
}

interface Taken extends Terms {
  readonly takenAt: number
  /** The call that took it and may back out of it; null when more than one call relies on it. */
  readonly attempt: string | null
}

/**
 * One SKU's part of a reservation.
 *
 *     (none) ── reserve ──► held ── pin ──► pinned ── deduct ──► committed
 *                            │ ▲              │                      │
 *                   deadline │ └─── unpin ────┘                      │
 *                            ▼                                       │
 *                         expired ── reserve, pin: taken again       │
 *
 *     release, from anywhere ──► released: final, also when it comes first
 */
export type Reservation = Taken &
  (
    | { readonly state: 'held'; readonly expiresAt: number }
    | {
        readonly state: 'pinned' | 'committed' | 'expired' | 'released'
        /** The deadline that it had; null when it never was `held`. */
        readonly expiresAt: number | null
      }
  )

/** What a decision about a reservation starts from. */
export interface SkuState {
  readonly stock: Stock
  readonly reservation: Reservation | null
}

/** What it leaves; `reservation` is null when nothing of it is kept. */
export interface ReservationChange extends Change, SkuState {}

export type ReservationRefusal =
  | { readonly code: 'insufficient_stock'; readonly available: number }
  | { readonly code: 'reservation_ended' }
  | { readonly code: 'not_pinned' }

type Decision = Result<ReservationChange, ReservationRefusal>

/** Holds units until a deadline (epoch ms). */
export function reserve(
  state: SkuState,
  terms: Terms,
  hold: { readonly expiresAt: number; readonly attempt: string; readonly now: number },
): Decision {
  const { reservation } = state
  const { expiresAt, attempt, now } = hold
  switch (reservation?.state) {
    case undefined:
    case 'expired':
      return take(state, { ...terms, state: 'held', expiresAt, takenAt: now, attempt })
    case 'held': {
      if (!isSame(reservation, terms)) return refuse({ code: 'reservation_ended' })
      if (reservation.attempt === attempt) return unchanged(state)
      // Another call goes on where one was cut off: neither may take back what the other relies on.
      const until = Math.max(reservation.expiresAt, expiresAt)
      const shared = { ...reservation, attempt: null, expiresAt: until }
      return ok({ ...nothing(state), reservation: shared })
    }
    case 'pinned':
    case 'committed':
      return isSame(reservation, terms) ? unchanged(state) : refuse({ code: 'reservation_ended' })
    case 'released':
      return refuse({ code: 'reservation_ended' })
    default:
      return unreachable(reservation)
  }
}

/**
 * Takes a hold back as if it had never been, so that the same call can try again. Only the call that took
 * it can, and only while no other relies on it: a release or a pin that came meanwhile wins.
 */
export function backOut(state: SkuState, attempt: string): ReservationChange {
  const { reservation } = state
  if (reservation?.state !== 'held' || reservation.attempt !== attempt) return nothing(state)
  return { ...nothing(state), ...free(state.stock, reservation), reservation: null }
}

/** Moves the deadline of a hold to at least `expiresAt`. */
export function extend(state: SkuState, terms: Terms, expiresAt: number): Decision {
  const { reservation } = state
  switch (reservation?.state) {
    case 'held': {
      if (!isSame(reservation, terms)) return refuse({ code: 'reservation_ended' })
      if (reservation.expiresAt >= expiresAt) return unchanged(state)
      return ok({ ...nothing(state), reservation: { ...reservation, expiresAt } })
    }
    case 'pinned':
    case 'committed':
      return isSame(reservation, terms) ? unchanged(state) : refuse({ code: 'reservation_ended' })
    case undefined:
    case 'expired':
    case 'released':
      return refuse({ code: 'reservation_ended' })
    default:
      return unreachable(reservation)
  }
}

/** First half of a commit: from here on no deadline frees the units. A lapsed hold takes them again. */
export function pin(state: SkuState, terms: Terms, now: number): Decision {
  const { reservation } = state
  switch (reservation?.state) {
    case undefined:
    case 'expired':
      // It has no deadline to go back to if the commit fails: see `unpin`.
      return take(state, {
        ...terms,
        state: 'pinned',
        expiresAt: null,
        takenAt: now,
        attempt: null,
      })
    case 'held':
      if (!isSame(reservation, terms)) return refuse({ code: 'reservation_ended' })
      return ok({
        ...nothing(state),
        reservation: { ...reservation, state: 'pinned', attempt: null },
      })
    case 'pinned':
    case 'committed':
      return isSame(reservation, terms) ? unchanged(state) : refuse({ code: 'reservation_ended' })
    case 'released':
      return refuse({ code: 'reservation_ended' })
    default:
      return unreachable(reservation)
  }
}

/**
 * Undoes a pin: the hold has its old deadline again. What the pin itself had taken is given back without
 * a word, because its expiry was told when it lapsed.
 */
export function unpin(state: SkuState, terms: Terms): ReservationChange {
  const { reservation } = state
  if (reservation?.state !== 'pinned' || !isSame(reservation, terms)) return nothing(state)
  const { expiresAt } = reservation
  if (expiresAt !== null) {
    return { ...nothing(state), reservation: { ...reservation, state: 'held', expiresAt } }
  }
  const expired = { ...reservation, state: 'expired' } as const
  return { ...nothing(state), ...free(state.stock, reservation), reservation: expired }
}

/** Second half of a commit: the units leave. */
export function deduct(state: SkuState, terms: Terms): Decision {
  const { stock, reservation } = state
  switch (reservation?.state) {
    case 'pinned': {
      if (!isSame(reservation, terms)) return refuse({ code: 'reservation_ended' })
      const { quantity } = reservation
      const onHand = stock.onHand - quantity
      return ok({
        ...revise(stock, { onHand, reserved: stock.reserved - quantity }),
        reservation: { ...reservation, state: 'committed' },
        movements: [movementOf(reservation, 'sale', -quantity, onHand)],
      })
    }
    case 'committed':
      return isSame(reservation, terms) ? unchanged(state) : refuse({ code: 'reservation_ended' })
    case undefined:
    case 'held':
    case 'expired':
      // A commit of the same reservation that failed at the same time has unpinned it.
      return refuse({ code: 'not_pinned' })
    case 'released':
      return refuse({ code: 'reservation_ended' })
    default:
      return unreachable(reservation)
  }
}

/** Both halves at once, for the last line of a commit: once it can be pinned, all of them are. */
export function sell(state: SkuState, terms: Terms, now: number): Decision {
  const pinned = pin(state, terms, now)
  if (!pinned.ok) return pinned
  const deducted = deduct(pinned.value, terms)
  if (!deducted.ok) return deducted
  const facts = [...pinned.value.facts, ...deducted.value.facts]
  return ok({ ...deducted.value, facts })
}

/** Ends a reservation for good. Of a committed one the units return, once. */
export function release(state: SkuState, terms: Terms, now: number): ReservationChange {
  const { stock, reservation } = state
  switch (reservation?.state) {
    case undefined: {
      const tombstone = { ...terms, state: 'released', expiresAt: null } as const
      return { ...nothing(state), reservation: { ...tombstone, takenAt: now, attempt: null } }
    }
    case 'held':
    case 'pinned': {
      const released = { ...reservation, state: 'released' } as const
      return { ...nothing(state), ...free(stock, reservation), reservation: released }
    }
    case 'committed': {
      const onHand = stock.onHand + reservation.quantity
      return {
        ...revise(stock, { onHand }),
        reservation: { ...reservation, state: 'released' },
        movements: [movementOf(reservation, 'return', reservation.quantity, onHand)],
      }
    }
    case 'expired':
      return { ...nothing(state), reservation: { ...reservation, state: 'released' } }
    case 'released':
      return nothing(state)
    default:
      return unreachable(reservation)
  }
}

/** Frees a hold whose deadline has passed; those who care are told. */
export function expire(stock: Stock, held: Reservation & { state: 'held' }): ReservationChange {
  const { reservationId, orderId, quantity, expiresAt, traceparent } = held
  const told: Fact = {
    type: 'reservation.expired',
    reservationId,
    orderId,
    quantity,
    expiresAt,
    traceparent,
  }
  const freed = free(stock, held)
  return {
    stock: freed.stock,
    reservation: { ...held, state: 'expired' },
    movements: [],
    facts: [...freed.facts, told],
  }
}

/** Whether units are set aside for it, or were deducted for it. */
export function isLive(reservation: Reservation | null): boolean {
  const state = reservation?.state
  return state === 'held' || state === 'pinned' || state === 'committed'
}

function take(state: SkuState, reservation: Reservation): Decision {
  const { stock } = state
  const available = availableOf(stock)
  if (available < reservation.quantity) return refuse({ code: 'insufficient_stock', available })
  const reserved = stock.reserved + reservation.quantity
  return ok({ ...revise(stock, { reserved }), reservation, movements: [] })
}

function free(stock: Stock, { quantity }: Reservation) {
  return revise(stock, { reserved: stock.reserved - quantity })
}

function movementOf(
  { orderId }: Reservation,
  reason: 'sale' | 'return',
  delta: number,
  onHand: number,
): Movement {
  return { delta, reason, reference: orderId, onHand }
}

function isSame(reservation: Reservation, terms: Terms): boolean {
  return reservation.fingerprint === terms.fingerprint && reservation.quantity === terms.quantity
}

/** A change that changes nothing. */
export function nothing(state: SkuState): ReservationChange {
  return { ...state, movements: [], facts: [] }
}

function unchanged(state: SkuState): Decision {
  return ok(nothing(state))
}
