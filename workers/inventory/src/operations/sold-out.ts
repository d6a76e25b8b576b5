import { timeOfId } from '@kiosk/contracts/primitives/id'

const SKUS_MAX = 1_000

/**
 * The split SKUs that were sold out a moment ago, so that a crowd that comes too late is answered without
 * waking their objects. Only for reservations that were begun after that was known: an older one may hold
 * units already, and is asked about them.
 */
export class SoldOut {
  readonly #since = new Map<string, number>()
  readonly #forMs: number

  constructor(forMs: number) {
    this.#forMs = forMs
  }

  note(sku: string, now: number): void {
    this.#since.delete(sku)
    this.#since.set(sku, now)
    const [oldest] = this.#since.keys()
    if (this.#since.size > SKUS_MAX && oldest !== undefined) this.#since.delete(oldest)
  }

  forget(sku: string): void {
    this.#since.delete(sku)
  }

  has(sku: string, reservationId: string, now: number): boolean {
    const since = this.#since.get(sku)
    if (since === undefined) return false
    if (now - since < this.#forMs) return timeOfId(reservationId) > since
    this.#since.delete(sku)
    return false
  }
}
