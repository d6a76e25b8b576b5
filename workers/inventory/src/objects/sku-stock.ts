import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { readConfig } from '@kiosk/kit/config'
import { systemContext, withContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import { drainOutbox } from '@kiosk/kit/outbox'
import { continueTrace } from '@kiosk/kit/trace'
import * as rules from '../domain/reservation.ts'
import type {
  ReservationChange,
  ReservationRefusal,
  SkuState,
  Terms,
} from '../domain/reservation.ts'
import { adjustStock, availableOf, newStock, setStock } from '../domain/sku.ts'
import type { Change, Stock, StockRefusal } from '../domain/sku.ts'
import { StockConfig, type SkuStockEnv } from './settings.ts'
import { SkuAlarm } from './sku-alarm.ts'
import { AuditableSku } from './sku-audit.ts'
import { SkuBooks } from './sku-books.ts'
import { SkuOutbox } from './sku-outbox.ts'
import { SkuStore, type Balance, type RecordedMovement } from './sku-store.ts'
import { SkuTeller } from './sku-teller.ts'

/** Why a line was refused. `contended`: it may be had once others give back what they cannot use. */
export type LineRefusal =
  | { readonly code: 'insufficient_stock'; readonly available: number; readonly contended: boolean }
  | Exclude<ReservationRefusal, { code: 'insufficient_stock' }>

/** A line as it stands now; it has a deadline only while it is held. */
type Line = { readonly expiresAt: number | null }

/**
 * The stock of one SKU: its balance, reservations, movements and outbox, in a database of its own. One
 * request at a time decides here, so the last unit is sold once. The rules are in `domain/`.
 */
export class SkuStock extends AuditableSku {
  readonly #config = readConfig(this.env, StockConfig)
  readonly #store = new SkuStore(this.ctx.storage)
  readonly #outbox = new SkuOutbox(this.ctx.storage)
  readonly #alarm = new SkuAlarm(this.ctx.storage)
  readonly #teller = new SkuTeller(this.#store, this.#config)
  readonly #books = new SkuBooks(this.#store, this.#outbox, this.#teller)
  #exists = this.#store.hasSchema()

  constructor(ctx: DurableObjectState, env: SkuStockEnv) {
    super(ctx, env)
    if (!this.#exists) return
    this.#migrate()
    void ctx.blockConcurrencyWhile(() => this.#alarm.remember(Date.now()))
  }

  /** The balance, or null for a SKU that is not known here. */
  balance(call: CallContext): Stock | null {
    if (!this.#exists) return null
    return this.#transact(call, () => this.#store.balance())
  }

  /** Makes the SKU known, with no stock. Changes nothing if it is. */
  create(call: CallContext, sku: string): void {
    this.#migrate()
    this.#transact(call, (balance, now) => {
      if (balance === null) this.#books.save(this.#newStock(sku), now)
    })
  }

  /** Sets what is on hand, and makes the SKU known if it is not. */
  set(
    call: CallContext,
    sku: string,
    count: { readonly onHand: number; readonly lowStockThreshold?: number | undefined },
  ): Result<Stock, StockRefusal> {
    this.#migrate()
    return this.#transact(call, (balance, now) => {
      const stock = balance ?? this.#newStock(sku)
      return this.#recordStock(stock, setStock(stock, count), now)
    })
  }

  adjust(
    call: CallContext,
    adjustment: { readonly delta: number; readonly reason: string },
  ): Result<Stock, StockRefusal | { readonly code: 'not_found' }> {
    if (!this.#exists) return refuse({ code: 'not_found' })
    return this.#transact(call, (balance, now) =>
      balance === null
        ? refuse({ code: 'not_found' })
        : this.#recordStock(balance, adjustStock(balance, adjustment), now),
    )
  }

  /** Movements, newest first, before a position (an id); null for a SKU that is not known here. */
  movements(limit: number, before: number | null): RecordedMovement[] | null {
    if (!this.#exists || this.#store.balance() === null) return null
    return this.#store.movements(limit, before)
  }

  reserve(
    call: CallContext,
    terms: Terms,
    hold: { readonly expiresAt: number; readonly attempt: string },
  ): Result<Line, LineRefusal> {
    return this.#decide(call, terms, (state, now) => rules.reserve(state, terms, { ...hold, now }))
  }

  /** Undoes what the same call reserved a moment ago. */
  backOut(call: CallContext, terms: Terms, attempt: string): void {
    this.#decide(call, terms, (state) => ok(rules.backOut(state, attempt)))
  }

  /** Whether units could be set aside (or are) under these terms. Takes none. */
  check(call: CallContext, terms: Terms): Result<null, LineRefusal> {
    if (!this.#exists) return refuse(this.#shortage(0, terms, 0))
    return this.#transact(call, (balance, now) => {
      const available = balance === null ? 0 : availableOf(balance)
      const isLive = rules.isLive(this.#store.reservation(terms.reservationId))
      if (isLive || available >= terms.quantity) return ok(null)
      return refuse(this.#shortage(available, terms, now))
    })
  }

  extend(call: CallContext, terms: Terms, expiresAt: number): Result<Line, LineRefusal> {
    return this.#decide(call, terms, (state) => rules.extend(state, terms, expiresAt))
  }

  pin(call: CallContext, terms: Terms): Result<Line, LineRefusal> {
    return this.#decide(call, terms, (state, now) => rules.pin(state, terms, now))
  }

  unpin(call: CallContext, terms: Terms): void {
    this.#decide(call, terms, (state) => ok(rules.unpin(state, terms)))
  }

  /** Pins and deducts in one: for the last line of a commit. */
  sell(call: CallContext, terms: Terms): Result<Line, LineRefusal> {
    return this.#decide(call, terms, (state, now) => rules.sell(state, terms, now))
  }

  deduct(call: CallContext, terms: Terms): Result<Line, LineRefusal> {
    return this.#decide(call, terms, (state) => rules.deduct(state, terms))
  }

  release(call: CallContext, terms: Terms): void {
    // Even a SKU that is not known here must remember that this reservation has ended.
    this.#migrate()
    this.#decide(call, terms, (state, now) => ok(rules.release(state, terms, now)))
  }

  /** Tells again what was told since a time. Returns how many messages that is. */
  republish(call: CallContext, since: number, destination: string | null): number {
    if (!this.#exists) return 0
    return this.#transact(call, (balance, now) => {
      const events = this.#outbox.republish(since, destination, now)
      const isAsked = destination === null || destination === 'catalog'
      if (!isAsked || balance === null || (balance.toldAt ?? 0) < since) return events
      this.#store.saveTold({ ...balance, toldAvailable: null, announceAt: now })
      return events + 1
    })
  }

  /** Does what is due: deadlines, telling, sending. Never throws. */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    if (!this.#exists) return
    this.#alarm.forget()
    await withContext(systemContext('inventory'), async () => {
      try {
        // What is cut off, the platform repeats six times. So that it is never the last time, a repetition
        // sets another alarm before its work.
        if (info?.isRetry === true) await this.#armAgain()
        this.#inTransaction(() => undefined)
        await this.#teller.tell(this.env)
        await drainOutbox(this.#outbox.deps(this.env), this.#config.STOCK_RETRY_MS)
        this.#outbox.prune(Date.now() - this.#config.OUTBOX_RETENTION_MS)
        await this.#armForNext()
      } catch (error) {
        // Swallowed on purpose: an alarm that throws six times is dropped for good.
        log('error', 'alarm failed', { error: describeError(error) })
        await this.#armAgain()
      }
    })
  }

  async #armAgain(): Promise<void> {
    const now = Date.now()
    await this.#alarm.armBy(now + this.#config.STOCK_BACKSTOP_MS, now)
  }

  async #armForNext(): Promise<void> {
    const due = this.#store.nextDue()
    const now = Date.now()
    if (due !== null) await this.#alarm.armBy(Math.max(due, now + 1), now)
  }

  /** Tells what has changed, while the caller goes on. If that is cut off, the alarm does it. */
  #tellAtOnce(): void {
    this.#books.hasNews = false
    const telling = this.#teller.tell(this.env).then(() => this.#armForNext())
    this.ctx.waitUntil(
      telling.catch((error: unknown) =>
        log('error', 'balance not told', { error: describeError(error) }),
      ),
    )
  }

  /** Loads one line, decides, and writes what the decision leaves. */
  #decide(
    call: CallContext,
    terms: Terms,
    decide: (state: SkuState, now: number) => Result<ReservationChange, ReservationRefusal>,
  ): Result<Line, LineRefusal> {
    if (!this.#exists) {
      const decision = decide({ stock: newStock('', 0), reservation: null }, Date.now())
      return decision.ok
        ? ok({ expiresAt: null })
        : refuse(this.#refusal(decision.refusal, terms, 0))
    }
    return this.#transact(call, (balance, now) => {
      const reservation = this.#store.reservation(terms.reservationId)
      const state = { stock: balance ?? newStock('', 0), reservation }
      const decision = decide(state, now)
      if (!decision.ok) return refuse(this.#refusal(decision.refusal, terms, now))
      this.#books.recordReservation(state, decision.value, now)
      const { reservation: left } = decision.value
      return ok({ expiresAt: left?.state === 'held' ? left.expiresAt : null })
    })
  }

  #refusal(refusal: ReservationRefusal, terms: Terms, now: number): LineRefusal {
    if (refusal.code !== 'insufficient_stock') return refusal
    return this.#shortage(refusal.available, terms, now)
  }

  #shortage(available: number, terms: Terms, now: number): LineRefusal {
    const since = now - this.#config.STOCK_ATTEMPT_WINDOW_MS
    const unsettled = this.#exists ? this.#store.unsettledUnits(since) : 0
    const contended = available + unsettled >= terms.quantity
    return { code: 'insufficient_stock', available, contended }
  }

  #recordStock(
    before: Stock,
    decision: Result<Change, StockRefusal>,
    now: number,
  ): Result<Stock, StockRefusal> {
    if (!decision.ok) return decision
    this.#books.record(before, decision.value, now)
    return ok(decision.value.stock)
  }

  /** Runs a decision for a caller, in the caller's trace; the alarm is set for what is due afterwards. */
  #transact<T>(call: CallContext, work: (balance: Balance | null, now: number) => T): T {
    const { requestId, actor, traceparent } = call
    const trace = continueTrace(traceparent)
    return withContext({ service: 'inventory', requestId, actor, trace }, () => {
      const result = this.#inTransaction((balance, now) => {
        const decided = work(balance, now)
        // Set within the transaction: it is kept or undone with it.
        this.ctx.waitUntil(this.#armForNext().catch(() => this.#armAgain()))
        return decided
      })
      if (this.#books.hasNews && this.#teller.isFree(Date.now())) this.#tellAtOnce()
      return result
    })
  }

  /** One transaction, in which what has lapsed is freed first. */
  #inTransaction<T>(work: (balance: Balance | null, now: number) => T): T {
    try {
      return this.ctx.storage.transactionSync(() => {
        const now = Date.now()
        this.#books.expireLapsed(now)
        return work(this.#store.balance(), now)
      })
    } catch (error) {
      this.#alarm.forget()
      this.#books.hasNews = false
      throw error
    }
  }

  #newStock(sku: string): Stock {
    return newStock(sku, this.#config.LOW_STOCK_THRESHOLD_DEFAULT)
  }

  #migrate(): void {
    this.ctx.storage.transactionSync(() => this.#store.migrate(Date.now()))
    this.#exists = true
  }
}
