import { timeOfId } from '@kiosk/contracts/primitives/id'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { mergeMovements, type Placed } from '../domain/movements.ts'
import type { Terms } from '../domain/reservation.ts'
import { availableOf, wholeOf, type Change, type Stock } from '../domain/sku.ts'
import type { StockRefusal, UnitsElsewhere } from '../domain/sku.ts'
import { bucketOf, HOME, objectName, resplit } from '../domain/split.ts'
import type { Balance } from './sku-balance.ts'
import type { SkuCore } from './sku-core.ts'
import type { SkuHub } from './sku-hub.ts'
import type { Redirect } from './sku-lines.ts'
import type { RecordedMovement } from './sku-store.ts'

/** How the stock of a SKU is spread. */
export interface SplitView {
  readonly sku: string
  /** Over how many buckets reservations are spread that are made from … */
  readonly count: number
  /** … this time on (epoch ms); null: all. */
  readonly effectiveAt: number | null
  /** Every bucket that has been in use, and what is there. */
  readonly buckets: readonly Pick<Stock, 'onHand' | 'reserved'>[]
}

export type HistoryRefusal = { readonly code: 'not_found' | 'unknown_position' }
export type ChangeRefusal = StockRefusal | { readonly code: 'not_found' }
type Changed = Result<Stock, ChangeRefusal>

const CHANGE_TRIES_MAX = 5

/** What home does for the SKU as a whole. Of stock that was never split, it is all there is. */
export class SkuSplit {
  readonly #core: SkuCore
  readonly #hub: SkuHub

  constructor(core: SkuCore, hub: SkuHub) {
    this.#core = core
    this.#hub = hub
  }

  /** Where a reservation lives that does not live here. A bucket is asked only by those who know. */
  elsewhere(balance: Balance | null, { reservationId, bucket }: Terms, now: number) {
    const splits = balance?.splits ?? null
    if (splits === null || bucket !== undefined) return null
    const goodUntil = now + this.#core.config.SPLIT_LEAD_MS
    // Where it will live is not decided yet. Only clocks that differ by seconds make such ids.
    if (timeOfId(reservationId) >= goodUntil) throw ahead(reservationId)
    if (bucketOf(splits, reservationId) === HOME) return null
    const answer: Redirect = { code: 'elsewhere', plan: { splits, goodUntil } }
    return answer
  }

  /** The balance of all buckets, of stock that is split after each was heard. */
  whole<T extends Stock | null>(call: CallContext, read: () => T): T | Promise<T> {
    const known = read()
    if (this.#core.part !== 'home') return known
    return this.#hub.survey(call).then(() => {
      const balance = read()
      return balance === null ? balance : wholeOf(balance)
    })
  }

  /** Changes what is on hand as a whole; units that have to leave for it come home first. */
  change(
    call: CallContext,
    decide: (balance: Balance | null) => Result<Change, ChangeRefusal | UnitsElsewhere>,
  ): Changed | Promise<Changed> {
    const decideNow = (isHeard: boolean) =>
      this.#core.transact(call, (balance, now) => {
        if (!isHeard && this.#core.part === 'home') return null
        const decision = decide(balance)
        if (!decision.ok) return decision
        const { stock } = decision.value
        this.#core.books.record(balance ?? this.#core.newStock(stock.sku), decision.value, now)
        return ok(wholeOf(stock))
      })
    const decided = decideNow(false)
    return decided === null
      ? this.#changeWhole(call, () => decideNow(true) ?? refuseMoving())
      : (final(decided) ?? refuseMoving())
  }

  async #changeWhole(
    call: CallContext,
    decide: () => Result<Stock, ChangeRefusal | UnitsElsewhere>,
  ): Promise<Changed> {
    for (let tries = 0; tries < CHANGE_TRIES_MAX; tries++) {
      await this.#hub.survey(call)
      let decided = decide()
      const wanted = missingOf(decided) + availableOf(this.#balance)
      if (final(decided) === null) {
        await this.#hub.collect(call, HOME, wanted, () => (decided = decide()))
      }
      const done = final(decided)
      if (done !== null) return done
    }
    return refuseMoving()
  }

  async split(call: CallContext, count: number): Promise<SplitView | null> {
    if (!this.#core.exists || this.#core.store.balance() === null) return null
    this.#core.transact(call, (_, now) => {
      const { splits } = this.#balance
      const next = resplit(splits ?? [], count, this.#earliest(now))
      if (next === splits || (splits === null && next.length === 0)) return
      const { buckets } = this.#core
      buckets.saveSplits(next)
      const known = new Set(buckets.all().map(({ bucket }) => bucket))
      for (let bucket = 1; bucket < count; bucket++) {
        if (!known.has(bucket)) buckets.save(buckets.find(bucket), now)
      }
      buckets.exchangeBy(next.at(-1)?.from ?? null)
    })
    if (this.#balance.splits !== null) await this.#hub.spread(call, count)
    return this.view(call)
  }

  async view(call: CallContext): Promise<SplitView | null> {
    if (!this.#core.exists || this.#core.store.balance() === null) return null
    if (this.#balance.splits !== null) await this.#hub.survey(call)
    const { sku, onHand, reserved, splits } = this.#balance
    const last = splits?.at(-1)
    return {
      sku,
      count: last?.buckets ?? 1,
      effectiveAt: last?.from ?? null,
      buckets: [{ onHand, reserved }, ...this.#core.buckets.all()].map((bucket) => ({
        onHand: bucket.onHand,
        reserved: bucket.reserved,
      })),
    }
  }

  async history(
    limit: number,
    before: readonly number[],
  ): Promise<Result<Placed<RecordedMovement>[], HistoryRefusal>> {
    const { store } = this.#core
    const own = store.movements(limit, before[HOME] ?? null)
    const others = this.#balance.splits === null ? [] : this.#stubs()
    // Buckets only become more.
    if (before.length > 1 + others.length) return refuse({ code: 'unknown_position' })
    const lists = await Promise.all(
      others.map(async (stub, n) => (await stub.movements(limit, before[n + 1] ?? null)) ?? []),
    )
    return ok(mergeMovements([own, ...lists], before, limit))
  }

  republish(
    call: CallContext,
    own: number,
    since: number,
    destination: string | null,
  ): number | Promise<number> {
    if (this.#core.part !== 'home') return own
    const others = this.#stubs().map((stub) => stub.republish(call, since, destination))
    return Promise.all(others).then((counts) => counts.reduce((sum, count) => sum + count, own))
  }

  async exchangeDue(): Promise<void> {
    if (this.#core.part === 'home') await this.#hub.exchangeDue(Date.now())
  }

  /** Nobody may have placed a reservation yet that is made then; see `SPLIT_LEAD_MS`. */
  #earliest(now: number): number {
    const { SPLIT_LEAD_MS, SPLIT_CLOCKS_MS } = this.#core.config
    const latest = this.#core.buckets.latestReservation()
    const taken = latest === null ? 0 : timeOfId(latest) + 1
    return Math.max(now + SPLIT_LEAD_MS + SPLIT_CLOCKS_MS, taken)
  }

  #stubs() {
    const { sku } = this.#balance
    return this.#core.buckets
      .all()
      .map(({ bucket }) => this.#core.env.STOCK.getByName(objectName({ sku, bucket })))
  }

  get #balance(): Balance {
    const balance = this.#core.store.balance()
    if (balance === null) throw new Error('the SKU is known')
    return balance
  }
}

/** A decision that stands; null if units must come home first. */
function final(decided: Result<Stock, ChangeRefusal | UnitsElsewhere>): Changed | null {
  if (decided.ok) return decided
  const { refusal } = decided
  return refusal.code === 'units_elsewhere' ? null : refuse(refusal)
}

function missingOf(decided: Result<Stock, ChangeRefusal | UnitsElsewhere>): number {
  return !decided.ok && decided.refusal.code === 'units_elsewhere' ? decided.refusal.missing : 0
}

/** Units kept moving while they were to be taken away: asked again, it works. */
function refuseMoving(): never {
  throw Object.assign(new Error('the units are being sold'), { retryable: true })
}

function ahead(reservationId: string): Error {
  const message = `reservation ${reservationId} is ahead of the clock`
  return Object.assign(new Error(message), { retryable: true })
}
