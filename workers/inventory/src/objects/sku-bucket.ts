import type { CallContext } from '@kiosk/contracts/rpc/call'
import { objectName } from '../domain/split.ts'
import { spare, transfer, type BucketReport } from '../domain/supply.ts'
import type { Balance } from './sku-balance.ts'
import type { SkuCore } from './sku-core.ts'
import type { Answer } from './sku-hub.ts'
import type { Ask } from './sku-waiters.ts'

/** What a bucket does that is not home: tells home what it has, and gets units from it or gives them back. */
export class SkuBucket {
  readonly #core: SkuCore
  /** The units that its buyers wait for. */
  readonly #awaited: () => readonly number[]

  constructor(core: SkuCore, awaited: () => readonly number[]) {
    this.#core = core
    this.#awaited = awaited
  }

  report(balance: Balance): BucketReport {
    const { bucket, version, onHand, reserved, rises, sent, received } = balance
    const unsettled = this.#core.unsettled(Date.now())
    return { bucket, version, onHand, reserved, rises, sent, received, unsettled }
  }

  /** Tells home. If it does not hear, it is told again: the sums of what was sent lose nothing. */
  async tell(call: CallContext, balance: Balance): Promise<void> {
    const answer = await this.#home(balance).report(call, this.report(balance))
    this.receive(call, answer)
  }

  /** Takes in what home has sent, and gives it what it wishes for, as far as nobody waits for it here. */
  receive(call: CallContext, { sent, wish }: Answer): BucketReport {
    return this.#core.transact(call, (balance, now) => {
      if (balance === null) throw new Error('a bucket was opened before it is asked')
      const come = Math.max(0, sent - balance.received)
      this.#move(balance, come, now)
      const there = this.#core.store.balance() ?? balance
      const gone = spare(there, this.#awaited(), wish)
      this.#move(there, -gone, now)
      if (come + gone > 0) this.#core.buckets.count(come, gone, now)
      return this.report(this.#core.store.balance() ?? there)
    })
  }

  /** Asks home for units. */
  readonly ask: Ask = async (call, wanted, settle) => {
    const balance = this.#core.store.balance()
    if (balance === null) throw new Error('a bucket was opened before anybody waits')
    const supply = await this.#home(balance).supply(call, this.report(balance), wanted)
    this.receive(call, supply)
    settle(supply)
  }

  #move(balance: Balance, units: number, now: number): void {
    const peer = objectName({ sku: balance.sku, bucket: 0 })
    this.#core.books.record(balance, transfer(balance, units, { peer }), now)
  }

  #home({ sku }: Balance) {
    return this.#core.env.STOCK.getByName(sku)
  }
}
