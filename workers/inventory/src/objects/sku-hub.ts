import type { CallContext } from '@kiosk/contracts/rpc/call'
import { callContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import { availableOf, wholeOf, type Stock } from '../domain/sku.ts'
import { bucketsAt, objectName } from '../domain/split.ts'
import {
  evenly,
  hear,
  ration,
  sumOf,
  suppliedTo,
  transfer,
  type Bucket,
  type BucketReport,
  type Wish,
} from '../domain/supply.ts'
import type { Balance } from './sku-balance.ts'
import type { SkuCore } from './sku-core.ts'
import type { Supplied } from './sku-waiters.ts'
import { Round } from './supply-round.ts'

/** What home tells a bucket: the units it has sent there, ever, and how many it wants back. */
export interface Answer {
  readonly sent: number
  readonly wish: Wish
}

/** What came of a bucket's request for units. */
export interface Supply extends Supplied, Answer {}

const NOTHING: Wish = { units: 0, half: false }
const EVERYTHING: Wish = { units: Number.MAX_SAFE_INTEGER, half: false }

const ROUNDS_MAX = 4

/**
 * What home does for stock that is split: all units that go from one bucket to another go through it, so
 * there is one place that knows whether any are left, and no two that wait for each other.
 */
export class SkuHub {
  readonly #core: SkuCore
  #round: Round | null = null
  #rounds = 0
  #gifts = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(core: SkuCore) {
    this.#core = core
  }

  /** What a bucket says of itself, and what is to be said back. */
  report(call: CallContext, report: BucketReport): Answer {
    return this.#core.transact(call, (_, now) => {
      this.#absorb(report, now)
      return this.#answerTo(report.bucket, now)
    })
  }

  /** Units for a bucket that lacks some: all that it wants, or else all there are. */
  async supply(call: CallContext, report: BucketReport, wanted: number): Promise<Supply> {
    const { bucket } = report
    this.report(call, report)
    const supplied = await this.collect(call, bucket, wanted, () => {
      this.#core.transact(call, (_, now) =>
        this.#give(bucket, ration(this.#home, wanted, this.#count(now)), now),
      )
    })
    return { ...supplied, sent: this.#core.buckets.find(bucket).sent, wish: NOTHING }
  }

  /**
   * Has units come home until there are as many as are wanted, or none anywhere else; `settle` is called
   * before anybody else can take them.
   */
  async collect(
    call: CallContext,
    wantedBy: number,
    wanted: number,
    settle: (supplied: Supplied) => void,
  ): Promise<Supplied> {
    if (this.#available >= wanted) {
      const plenty = { exhausted: false, contended: false, unsettled: 0 }
      settle(plenty)
      return plenty
    }
    const ticket = this.#rounds + 1
    return this.#inTurn(async () => {
      let isSure = false
      for (let tries = 0; tries < ROUNDS_MAX && !isSure && this.#available < wanted; tries++) {
        const round = this.#roundFor(ticket, tries > 0)
        await this.#ask(call, round, wantedBy, wanted)
        isSure = round.isSure(wantedBy, wanted, this.#gifts)
      }
      const exhausted = this.#available < wanted
      const unsettled = (this.#round?.unsettled ?? 0) + this.#core.unsettled(Date.now())
      const supplied = { exhausted, contended: exhausted && !isSure, unsettled }
      settle(supplied)
      return supplied
    })
  }

  /** Hears from every bucket, so that what is known of the whole is exact. */
  survey(call: CallContext): Promise<unknown> {
    return Promise.all(
      this.#core.buckets.all().map((bucket) => this.#exchange(call, bucket, NOTHING)),
    )
  }

  /** Gives each bucket in use as many units as the others, those that are not in use none. */
  spread(call: CallContext, buckets: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.survey(call)
      const shares = evenly(availableOf(wholeOf(this.#home)), buckets)
      const shareOf = ({ bucket }: Bucket) => shares[bucket] ?? 0
      const lacking = (bucket: Bucket) => shareOf(bucket) - suppliedTo(bucket)
      const known = this.#core.buckets.all()
      await Promise.all(
        known
          .filter((bucket) => lacking(bucket) < 0)
          .map((bucket) => this.#exchange(call, bucket, { units: -lacking(bucket), half: false })),
      )
      this.#core.transact(call, (_, now) => {
        for (const bucket of known.filter((each) => lacking(each) > 0)) {
          this.#give(bucket.bucket, Math.min(lacking(bucket), this.#available), now)
        }
      })
      await this.#settleOpen(call)
    })
  }

  /** By alarm: asks what has become of units, and for those that buckets have which are not in use. */
  async exchangeDue(now: number): Promise<void> {
    const { buckets, config } = this.#core
    const at = buckets.exchangeAt
    if (at === null || at > now) return
    try {
      await this.#settleOpen(callContext())
    } catch (error) {
      log('warn', 'buckets not asked', { error: describeError(error) })
    }
    const isOpen = this.#open(Date.now()).length > 0
    const next = this.#core.store.balance()?.splits?.find(({ from }) => from > Date.now())
    const again = isOpen ? Date.now() + config.STOCK_EXCHANGE_MS : null
    buckets.exchangeBy(again ?? (next === undefined ? null : next.from))
  }

  async #settleOpen(call: CallContext): Promise<void> {
    const now = Date.now()
    await Promise.all(
      this.#open(now).map((bucket) => this.#exchange(call, bucket, this.#wishOf(bucket, now))),
    )
  }

  /** Buckets that have not said that they received what was sent, or that are to have nothing. */
  #open(now: number): Bucket[] {
    return this.#core.buckets
      .all()
      .filter(
        (bucket) =>
          bucket.sent > bucket.arrived ||
          (bucket.bucket >= this.#count(now) && suppliedTo(bucket) > 0),
      )
  }

  #wishOf({ bucket }: Pick<Bucket, 'bucket'>, now: number): Wish {
    return bucket >= this.#count(now) ? EVERYTHING : NOTHING
  }

  #answerTo(bucket: number, now: number): Answer {
    const { sent } = this.#core.buckets.find(bucket)
    return { sent, wish: this.#wishOf({ bucket }, now) }
  }

  /** One that began after its ticket was drawn: what it has learned is true for whoever waits since. */
  #roundFor(ticket: number, isAnother: boolean): Round {
    let round = this.#round
    if (round === null || isAnother || round.number < ticket || round.gifts !== this.#gifts) {
      this.#rounds += 1
      const buckets = this.#core.buckets.all()
      round = new Round(this.#rounds, this.#gifts, this.#available, buckets)
      this.#round = round
    }
    return round
  }

  /** Asks all buckets that have not said in this round that they have none, but not the one that asks. */
  async #ask(call: CallContext, round: Round, but: number, wanted: number): Promise<void> {
    const wish = { units: wanted - this.#available, half: true }
    const asked = this.#core.buckets
      .all()
      .filter(({ bucket }) => bucket !== but && !round.hasHeard(bucket))
    const answers = await Promise.allSettled(
      asked.map(async (bucket) => round.hear(await this.#exchange(call, bucket, wish))),
    )
    const failed = answers.find((answer) => answer.status === 'rejected')
    // Whoever could not be asked may have what is missing: nobody is refused for that.
    if (failed !== undefined && this.#available < wanted) throw failed.reason
  }

  async #exchange(call: CallContext, bucket: Bucket, wish: Wish): Promise<BucketReport> {
    const { sku } = this.#home
    const ref = { sku, bucket: bucket.bucket }
    const stub = this.#core.env.STOCK.getByName(objectName(ref))
    const { sent } = this.#core.buckets.find(bucket.bucket)
    const report = await stub.exchange(call, ref, { sent, wish })
    this.#core.transact(call, (_, now) => this.#absorb(report, now))
    return report
  }

  #absorb(report: BucketReport, now: number): void {
    const { buckets, books } = this.#core
    const known = buckets.find(report.bucket)
    const { bucket, credit } = hear(known, report)
    const isNews = credit > 0 || bucket.version > known.version || bucket.arrived > known.arrived
    if (!isNews) return
    buckets.save(bucket, now)
    const home = this.#home
    books.record(home, this.#moved(home, credit, report.bucket), now)
  }

  #give(bucket: number, units: number, now: number): void {
    if (units <= 0) return
    const { buckets, books, config } = this.#core
    const known = buckets.find(bucket)
    buckets.save({ ...known, sent: known.sent + units }, now)
    const home = this.#home
    books.record(home, this.#moved(home, -units, bucket), now)
    buckets.exchangeBy(Math.min(buckets.exchangeAt ?? Infinity, now + config.STOCK_EXCHANGE_MS))
    this.#core.keepArmed()
    this.#gifts += 1
  }

  #moved(home: Stock, units: number, bucket: number) {
    const peer = objectName({ sku: home.sku, bucket })
    return transfer(home, units, { peer, elsewhere: sumOf(this.#core.buckets.all()) })
  }

  get #home(): Balance {
    const balance = this.#core.store.balance()
    if (balance === null) throw new Error('stock that is split has a home')
    return balance
  }

  get #available(): number {
    return availableOf(this.#home)
  }

  /** How many buckets are in use, or soon will be. */
  #count(now: number): number {
    const splits = this.#home.splits ?? []
    return Math.max(bucketsAt(splits, now), splits.at(-1)?.buckets ?? 1)
  }

  /** One after the other: units that one has called home are not what the next one missed. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }
}
