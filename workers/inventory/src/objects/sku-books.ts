import { currentContext } from '@kiosk/kit/context'
import * as rules from '../domain/reservation.ts'
import type { ReservationChange, SkuState } from '../domain/reservation.ts'
import type { Change, Stock } from '../domain/sku.ts'
import { eventOf } from './sku-events.ts'
import type { SkuOutbox } from './sku-outbox.ts'
import type { SkuStore } from './sku-store.ts'
import type { SkuTeller } from './sku-teller.ts'

/** Writes what a decision leaves: balance, reservation, movements and events. Its caller has the transaction. */
export class SkuBooks {
  readonly #store: SkuStore
  readonly #outbox: SkuOutbox
  readonly #teller: SkuTeller
  /** Whether the balance has changed since it was last told. */
  hasNews = false

  constructor(store: SkuStore, outbox: SkuOutbox, teller: SkuTeller) {
    this.#store = store
    this.#outbox = outbox
    this.#teller = teller
  }

  recordReservation(before: SkuState, after: ReservationChange, now: number): void {
    const { reservation } = after
    if (reservation === null) {
      if (before.reservation !== null) this.#store.remove(before.reservation)
    } else if (reservation !== before.reservation) {
      this.#store.saveReservation(reservation, now)
    }
    this.record(before.stock, after, now)
  }

  record(before: Stock, { stock, movements, facts }: Change, now: number): void {
    if (stock === before) return
    this.save(stock, now)
    for (const movement of movements) {
      this.#store.addMovement(movement, now, currentContext().actor)
    }
    for (const fact of facts) this.#outbox.add(eventOf(fact, stock), now)
  }

  save(stock: Stock, now: number): void {
    this.#store.saveStock(stock, this.#teller.tellBy(now))
    this.hasNews = true
  }

  /** Frees the holds whose deadline has passed. */
  expireLapsed(now: number): void {
    for (const reservation of this.#store.lapsed(now)) {
      const stock = this.#store.balance()
      if (stock === null) return
      this.recordReservation({ stock, reservation }, rules.expire(stock, reservation), now)
    }
  }
}
