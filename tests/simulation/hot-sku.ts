import { newId } from '@kiosk/kit/ids'
import { setStock, splitStock } from '../../workers/inventory/src/operations/change-stock.ts'
import { commit } from '../../workers/inventory/src/operations/commit.ts'
import { release } from '../../workers/inventory/src/operations/release.ts'
import { reserve } from '../../workers/inventory/src/operations/reserve.ts'
import { checkBuckets, shelvesOf } from './invariants/shelves.ts'
import { takeOverGlobals } from './platform/globals.ts'
import { Random } from './platform/random.ts'
import { Platform } from './shop/platform.ts'
import { Shop } from './shop/shop.ts'

type Ref = Parameters<typeof commit>[1]
type Deps = Shop['deps']['inventory']

const HOLD_MS = 60 * 60_000
const TRIES_MAX = 1_000
const RETRY_MS = 1_000
const STAFF = { id: 'staff', role: 'staff' } as const

/** One SKU, and a crowd: every order in which things can happen is a seed's. */
export class HotSku {
  readonly shop: Shop
  readonly sku = 'MUG'
  readonly #platform: Platform
  readonly #giveBack: () => void

  constructor(seed: number) {
    const random = new Random(seed)
    this.#platform = new Platform(random, (_, sql) => sql)
    const { clock } = this.#platform
    this.#giveBack = takeOverGlobals({ clock, random: random.fork(), log: () => undefined })
    this.shop = new Shop(this.#platform)
  }

  close(): void {
    this.#giveBack()
  }

  async open(units: number): Promise<void> {
    await this.shop.open()
    this.#platform.faults.stop()
    await this.run([this.ask((deps) => setStock(deps, this.sku, { onHand: units }))])
  }

  /**
   * Lets things go wrong for so long. For ever, a crowd that comes back each second would bring no outage to
   * an end.
   */
  faultsFor(ms: number): void {
    this.#platform.faults.resume()
    void scheduler.wait(ms).then(() => this.#platform.faults.stop())
  }

  get random(): Random {
    return this.#platform.random
  }

  /** Splits the stock; asked again until it is answered. */
  split(count: number): Promise<unknown> {
    return this.#untilAnswered((deps) => splitStock(deps, this.sku, count))
  }

  wait(ms: number): Promise<void> {
    return scheduler.wait(ms)
  }

  wish(quantity = 1): Ref {
    const lines = [{ sku: this.sku, quantity }]
    return { orderId: newId('order'), reservationId: newId('reservation'), lines }
  }

  /** Wants units under one id until it knows whether it has them. */
  async hold(ref: Ref): Promise<boolean> {
    const expiresAt = Date.now() + HOLD_MS
    const held = await this.#untilAnswered((deps) =>
      reserve(deps, { ...ref, expiresAt, owner: 'orders' }),
    )
    return held.ok
  }

  async buy(ref: Ref): Promise<boolean> {
    return (await this.#untilAnswered((deps) => commit(deps, ref, 'orders'))).ok
  }

  giveBack(ref: Ref): Promise<void> {
    return this.#untilAnswered((deps) => release(deps, ref, 'orders'))
  }

  ask<T>(work: (deps: Deps) => Promise<T>): Promise<T> {
    return this.shop.request('inventory', 'ask', STAFF, () => work(this.shop.deps.inventory))
  }

  /** Lets everything happen until all of it is done. After each step, no unit is missing. */
  async run<T>(work: readonly Promise<T>[]): Promise<T[]> {
    let isDone = false
    const done = Promise.all(work).finally(() => (isDone = true))
    done.catch(() => undefined)
    const { clock, scheduler: steps } = this.#platform
    while (!isDone) {
      clock.advance(this.random.int(0, 3))
      if (!(await steps.step())) {
        clock.advance(Math.max(1, (clock.nextDue() ?? clock.now) - clock.now))
      }
      checkBuckets(this.shop, this.sku)
    }
    return done
  }

  /** Until nothing is due but what is later than a day. */
  async rest(ms = 60_000): Promise<void> {
    await this.run([this.wait(ms)])
  }

  /** On hand and reserved, in each bucket. */
  get buckets(): { onHand: number; reserved: number }[] {
    return shelvesOf(this.shop, this.sku).flatMap(({ storage }) =>
      storage.sqlite.peek<{ onHand: number; reserved: number }>(
        'SELECT on_hand AS onHand, reserved FROM balance',
      ),
    )
  }

  get total(): { onHand: number; reserved: number } {
    return this.buckets.reduce(
      (sum, { onHand, reserved }) => ({
        onHand: sum.onHand + onHand,
        reserved: sum.reserved + reserved,
      }),
      { onHand: 0, reserved: 0 },
    )
  }

  async #untilAnswered<T>(work: (deps: Deps) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.ask(work)
      } catch (error) {
        if (tries === TRIES_MAX) throw error
        await scheduler.wait(RETRY_MS)
      }
    }
  }
}
