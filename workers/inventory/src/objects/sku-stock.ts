import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { callContext, systemContext, withContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import { drainOutbox } from '@kiosk/kit/outbox'
import type { Placed } from '../domain/movements.ts'
import * as rules from '../domain/reservation.ts'
import type {
  ReservationChange,
  ReservationRefusal,
  SkuState,
  Terms,
} from '../domain/reservation.ts'
import { adjustStock, availableOf, newStock, setStock } from '../domain/sku.ts'
import type { Stock } from '../domain/sku.ts'
import { HOME, type BucketRef } from '../domain/split.ts'
import type { BucketReport } from '../domain/supply.ts'
import type { SkuStockEnv } from './settings.ts'
import { AuditableSku } from './sku-audit.ts'
import { SkuBucket } from './sku-bucket.ts'
import { SkuCore } from './sku-core.ts'
import { SkuHub, type Answer, type Supply } from './sku-hub.ts'
import type { Decided, Line, LineRefusal } from './sku-lines.ts'
import { SkuSplit, type ChangeRefusal, type HistoryRefusal, type SplitView } from './sku-split.ts'
import type { RecordedMovement } from './sku-store.ts'
import { SkuWaiters } from './sku-waiters.ts'

type Answered<T> = T | Promise<T>

/**
 * The stock of one SKU: its balance, reservations, movements and outbox, in a database of its own. One
 * request at a time decides here, so the last unit is sold once. The rules are in `domain/`. Stock that is
 * split has one such object for each of its buckets.
 */
export class SkuStock extends AuditableSku {
  readonly #core: SkuCore
  readonly #hub: SkuHub
  readonly #bucket: SkuBucket
  readonly #split: SkuSplit
  readonly #waiters: SkuWaiters

  constructor(ctx: DurableObjectState, env: SkuStockEnv) {
    super(ctx, env)
    const report = (balance: Parameters<SkuBucket['tell']>[1]) =>
      this.#bucket.tell(callContext(), balance)
    this.#core = new SkuCore(ctx, () => this.env, report)
    this.#hub = new SkuHub(this.#core)
    this.#split = new SkuSplit(this.#core, this.#hub)
    this.#bucket = new SkuBucket(this.#core, () => this.#waiters.quantities)
    const available = () => availableOf(this.#core.store.balance() ?? newStock('', 0))
    this.#waiters = new SkuWaiters(async (call, wanted, settle) => {
      if (this.#core.part !== 'home') return this.#bucket.ask(call, wanted, settle)
      // At home, what is there already is part of what must come together.
      await this.#hub.collect(call, HOME, wanted + available(), settle)
    }, available)
  }

  /** The balance, or null for a SKU that is not known here. */
  balance(call: CallContext): Answered<Stock | null> {
    if (!this.#core.exists) return null
    return this.#split.whole(call, () =>
      this.#core.transact(call, () => this.#core.store.balance()),
    )
  }

  /** Makes the SKU known, with no stock. Changes nothing if it is. */
  create(call: CallContext, sku: string): void {
    this.#core.migrate()
    this.#core.transact(call, (balance, now) => {
      if (balance === null) this.#core.books.save(this.#core.newStock(sku), now)
    })
  }

  /** Sets what is on hand, and makes the SKU known if it is not. */
  set(
    call: CallContext,
    sku: string,
    count: { readonly onHand: number; readonly lowStockThreshold?: number | undefined },
  ): Answered<Result<Stock, ChangeRefusal>> {
    this.#core.migrate()
    return this.#split.change(call, (balance) =>
      setStock(balance ?? this.#core.newStock(sku), count),
    )
  }

  adjust(
    call: CallContext,
    adjustment: { readonly delta: number; readonly reason: string },
  ): Answered<Result<Stock, ChangeRefusal>> {
    if (!this.#core.exists) return refuse({ code: 'not_found' })
    return this.#split.change(call, (balance) =>
      balance === null ? refuse({ code: 'not_found' }) : adjustStock(balance, adjustment),
    )
  }

  /** Movements, newest first, before a position (an id); null for a SKU that is not known here. */
  movements(limit: number, before: number | null): RecordedMovement[] | null {
    if (!this.#core.exists || this.#core.store.balance() === null) return null
    return this.#core.store.movements(limit, before)
  }

  /** Those of the SKU as a whole; `before` has a position for each bucket, as far as they are known. */
  history(
    limit: number,
    before: readonly number[],
  ): Answered<Result<Placed<RecordedMovement>[], HistoryRefusal>> {
    if (!this.#core.exists || this.#core.store.balance() === null) {
      return refuse({ code: 'not_found' })
    }
    return this.#split.history(limit, before)
  }

  /** Spreads the stock over so many buckets, from soon on. Those there are already get equal shares. */
  split(call: CallContext, buckets: number): Promise<SplitView | null> {
    return this.#split.split(call, buckets)
  }

  /** How the stock is spread; null for a SKU that is not known here. */
  buckets(call: CallContext): Promise<SplitView | null> {
    return this.#split.view(call)
  }

  reserve(
    call: CallContext,
    terms: Terms,
    hold: { readonly expiresAt: number; readonly attempt: string },
  ): Answered<Decided> {
    return this.#decideWithSupply(call, terms, (state, now) =>
      rules.reserve(state, terms, { ...hold, now }),
    )
  }

  /** Undoes what the same call reserved a moment ago. */
  backOut(call: CallContext, terms: Terms, attempt: string): Decided {
    return this.#decide(call, terms, (state) => ok(rules.backOut(state, attempt)))
  }

  /** Whether units could be set aside (or are) under these terms. Takes none. */
  check(call: CallContext, terms: Terms): Answered<Decided> {
    return this.#decideWithSupply(call, terms, (state) => {
      const available = availableOf(state.stock)
      return rules.isLive(state.reservation) || available >= terms.quantity
        ? ok(rules.nothing(state))
        : refuse({ code: 'insufficient_stock', available })
    })
  }

  extend(call: CallContext, terms: Terms, expiresAt: number): Decided {
    return this.#decide(call, terms, (state) => rules.extend(state, terms, expiresAt))
  }

  pin(call: CallContext, terms: Terms): Answered<Decided> {
    return this.#decideWithSupply(call, terms, (state, now) => rules.pin(state, terms, now))
  }

  unpin(call: CallContext, terms: Terms): Decided {
    return this.#decide(call, terms, (state) => ok(rules.unpin(state, terms)))
  }

  /** Pins and deducts in one: for the last line of a commit. */
  sell(call: CallContext, terms: Terms): Answered<Decided> {
    return this.#decideWithSupply(call, terms, (state, now) => rules.sell(state, terms, now))
  }

  deduct(call: CallContext, terms: Terms): Decided {
    return this.#decide(call, terms, (state) => rules.deduct(state, terms))
  }

  release(call: CallContext, terms: Terms): Decided {
    // Even a SKU that is not known here must remember that this reservation has ended.
    this.#core.migrate()
    return this.#decide(call, terms, (state, now) => ok(rules.release(state, terms, now)))
  }

  /** A bucket tells home what it has. */
  report(call: CallContext, report: BucketReport): Answer {
    return this.#hub.report(call, report)
  }

  /** A bucket asks home for units that it lacks. */
  supply(call: CallContext, report: BucketReport, wanted: number): Promise<Supply> {
    return this.#hub.supply(call, report, wanted)
  }

  /** Home tells a bucket what it has sent, and asks for what can be spared. */
  exchange(call: CallContext, ref: BucketRef, answer: Answer): BucketReport {
    this.#core.openBucket(ref)
    return this.#bucket.receive(call, answer)
  }

  /** Tells again what was told since a time. Returns how many messages that is. */
  republish(call: CallContext, since: number, destination: string | null): Answered<number> {
    if (!this.#core.exists) return 0
    const { outbox, store } = this.#core
    const own = this.#core.transact(call, (balance, now) => {
      const events = outbox.republish(since, destination, now)
      const isAsked = destination === null || destination === 'catalog'
      const isTold = balance !== null && balance.bucket === 0 && (balance.toldAt ?? 0) >= since
      if (!isAsked || !isTold) return events
      store.saveTold({ ...balance, toldAvailable: null, announceAt: now })
      return events + 1
    })
    return this.#split.republish(call, own, since, destination)
  }

  /** Does what is due: deadlines, telling, sending. Never throws. */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    const core = this.#core
    if (!core.exists) return
    core.alarm.forget()
    await withContext(systemContext('inventory'), async () => {
      try {
        // What is cut off, the platform repeats six times. So that it is never the last time, a repetition
        // sets another alarm before its work.
        if (info?.isRetry === true) await core.armAgain()
        core.inTransaction(() => undefined)
        await core.teller.tell(this.env)
        await drainOutbox(core.outbox.deps(this.env), core.config.STOCK_RETRY_MS)
        await this.#split.exchangeDue()
        core.outbox.prune(Date.now() - core.config.OUTBOX_RETENTION_MS)
        await core.armForNext()
      } catch (error) {
        // Swallowed on purpose: an alarm that throws six times is dropped for good.
        log('error', 'alarm failed', { error: describeError(error) })
        await core.armAgain()
      }
    })
  }

  /** Decides; if units are missing here that another bucket may have, once more when they have come. */
  #decideWithSupply(
    call: CallContext,
    terms: Terms,
    decide: (state: SkuState, now: number) => Result<ReservationChange, ReservationRefusal>,
  ): Answered<Decided> {
    const decideNow = () => this.#decide(call, terms, decide)
    const decided = decideNow()
    if (decided.ok || decided.refusal.code !== 'insufficient_stock') return decided
    return this.#core.part === 'all' ? decided : this.#waiters.wait(call, terms.quantity, decideNow)
  }

  /** Loads one line, decides, and writes what the decision leaves. */
  #decide(
    call: CallContext,
    terms: Terms,
    decide: (state: SkuState, now: number) => Result<ReservationChange, ReservationRefusal>,
  ): Decided {
    const core = this.#core
    if (terms.bucket !== undefined) core.openBucket(terms.bucket)
    if (!core.exists) {
      const decision = decide({ stock: newStock('', 0), reservation: null }, Date.now())
      return decision.ok
        ? ok({ expiresAt: null })
        : refuse(this.#refusal(decision.refusal, terms, 0))
    }
    return core.transact(call, (balance, now): Decided => {
      const elsewhere = this.#split.elsewhere(balance, terms, now)
      if (elsewhere !== null) return refuse(elsewhere)
      const reservation = core.store.reservation(terms.reservationId)
      const state = { stock: balance ?? newStock('', 0), reservation }
      const decision = decide(state, now)
      if (!decision.ok) return refuse(this.#refusal(decision.refusal, terms, now))
      core.books.recordReservation(state, decision.value, now)
      return ok(lineOf(decision.value))
    })
  }

  #refusal(refusal: ReservationRefusal, terms: Terms, now: number): LineRefusal {
    if (refusal.code !== 'insufficient_stock') return refusal
    const { code, available } = refusal
    const unsettled = this.#core.exists ? this.#core.unsettled(now) : 0
    return { code, available, contended: available + unsettled >= terms.quantity }
  }
}

function lineOf({ reservation }: ReservationChange): Line {
  return { expiresAt: reservation?.state === 'held' ? reservation.expiresAt : null }
}
