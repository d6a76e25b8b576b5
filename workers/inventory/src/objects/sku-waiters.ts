import { refuse } from '@kiosk/contracts/primitives/result'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import type { Decided } from './sku-lines.ts'

/** What came of asking for units. */
export interface Supplied {
  /** Every unit of the SKU that could be had has come here, and they were fewer than asked for. */
  readonly exhausted: boolean
  /** There was no one moment at which that was so: units may have been on their way. */
  readonly contended: boolean
  /** Units that requests for several SKUs hold elsewhere and may still give back. */
  readonly unsettled: number
}

/** Asks for units. Calls `settle` as soon as they are here, before anybody else can take them. */
export type Ask = (
  call: CallContext,
  wanted: number,
  settle: (supplied: Supplied) => void,
) => Promise<void>

interface Waiter {
  readonly call: CallContext
  readonly quantity: number
  readonly decide: () => Decided<unknown>
  readonly resolve: (decided: Decided<unknown>) => void
  readonly reject: (error: unknown) => void
  tries: number
}

const TRIES_MAX = 20

/** Buyers for whom a bucket lacks units. It asks once for all of them; who comes meanwhile is next. */
export class SkuWaiters {
  readonly #ask: Ask
  readonly #available: () => number
  #asking: Waiter[] = []
  #queue: Waiter[] = []
  #isRunning = false

  constructor(ask: Ask, available: () => number) {
    this.#ask = ask
    this.#available = available
  }

  /** How many units each of them wants, in the order in which they are served. */
  get quantities(): number[] {
    return [...this.#asking, ...this.#queue].map(({ quantity }) => quantity)
  }

  /** Decides once more when units have come. */
  wait<T>(call: CallContext, quantity: number, decide: () => Decided<T>): Promise<Decided<T>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        call,
        quantity,
        decide,
        resolve: resolve as Waiter['resolve'],
        reject,
        tries: 0,
      })
      void this.#run()
    })
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    while (this.#queue.length > 0) {
      this.#asking = this.#queue
      this.#queue = []
      try {
        await this.#serve(this.#asking)
      } catch (error) {
        for (const { reject } of this.#asking) reject(error)
      }
      this.#asking = []
    }
    this.#isRunning = false
  }

  async #serve(waiters: readonly Waiter[]): Promise<void> {
    const [first] = waiters
    const wanted = waiters.reduce((sum, { quantity }) => sum + quantity, 0) - this.#available()
    if (first === undefined) return
    if (wanted > 0) {
      await this.#ask(first.call, wanted, (supplied) => this.#settle(waiters, supplied))
    } else {
      this.#settle(waiters, { exhausted: false, contended: false, unsettled: 0 })
    }
  }

  /** Those that others were quicker than go on waiting: unless nothing is left, there is more to ask for. */
  #settle(waiters: readonly Waiter[], supplied: Supplied): void {
    const again: Waiter[] = []
    for (const waiter of waiters) {
      try {
        const decided = this.#decide(waiter, supplied)
        if (decided === null) again.push(waiter)
        else waiter.resolve(decided)
      } catch (error) {
        waiter.reject(error)
      }
    }
    this.#asking = []
    this.#queue = [...again, ...this.#queue]
  }

  #decide(waiter: Waiter, { exhausted, contended, unsettled }: Supplied): Decided<unknown> | null {
    const decided = waiter.decide()
    if (decided.ok || decided.refusal.code !== 'insufficient_stock') return decided
    waiter.tries += 1
    if (!exhausted && waiter.tries < TRIES_MAX) return null
    const { refusal } = decided
    const mayComeBack = refusal.available + unsettled >= waiter.quantity
    const isOpen = refusal.contended || contended || !exhausted || mayComeBack
    return refuse({ ...refusal, contended: isOpen })
  }
}
