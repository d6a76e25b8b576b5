import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { readConfig } from '@kiosk/kit/config'
import { currentContext, systemContext, withContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import { drainOutbox } from '@kiosk/kit/outbox'
import { continueTrace } from '@kiosk/kit/trace'
import { drizzle } from 'drizzle-orm/d1'
import * as rules from '../domain/reservation.ts'
import type {
  ReservationChange,
  ReservationRefusal,
  SkuState,
  Terms,
} from '../domain/reservation.ts'
import { adjustStock, availableOf, newStock, setStock } from '../domain/sku.ts'
import type { Change, Stock, StockRefusal } from '../domain/sku.ts'
import { writeStockIndex } from '../store/stock-index.ts'
import { StockConfig, type SkuStockEnv } from './settings.ts'
import { SkuAlarm } from './sku-alarm.ts'
import { AuditableSku } from './sku-audit.ts'
import { changedEvent, eventOf } from './sku-events.ts'
import { SkuOutbox } from './sku-outbox.ts'
import { SkuStore, type Balance, type RecordedMovement } from './sku-store.ts'

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
  #exists = this.#store.hasSchema()

  constructor(ctx: DurableObjectState, env: SkuStockEnv) {
    super(ctx, env)
    if (this.#exists) this.#migrate()
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
      if (balance === null) this.#store.saveStock(this.#newStock(sku), now)
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

  deduct(call: CallContext, terms: Terms): Result<Line, LineRefusal> {
    return this.#decide(call, terms, (state) => rules.deduct(state, terms))
  }

  release(call: CallContext, terms: Terms): void {
    // Even a SKU that is not known here must remember that this reservation has ended.
    this.#migrate()
    this.#decide(call, terms, (state, now) => ok(rules.release(state, terms, now)))
  }

  /** Sends published events again. Returns how many. */
  republish(call: CallContext, since: number, destination: string | null): number {
    if (!this.#exists) return 0
    return this.#transact(call, (_, now) => this.#outbox.republish(since, destination, now))
  }

  /** Does what is due: deadlines, announcements, sending, the index. Never throws. */
  override async alarm(): Promise<void> {
    if (!this.#exists) return
    await withContext(systemContext('inventory'), async () => {
      try {
        // Set before the work, so that no failure and no crash leaves the object without an alarm.
        this.#alarm.startWork(Date.now() + this.#config.STOCK_BACKSTOP_MS)
        await this.#work()
        const due = this.#store.nextDue()
        this.#alarm.endWork(due === null ? null : Math.max(due, Date.now() + 1))
      } catch (error) {
        // Swallowed on purpose: an alarm that throws six times is dropped for good.
        log('error', 'alarm failed', { error: describeError(error) })
      }
    })
  }

  async #work(): Promise<void> {
    this.#inTransaction((balance, now) => this.#announce(balance, now))
    // The index first: what was sent and may have to be sent again is found through it.
    await this.#writeIndex()
    await drainOutbox(this.#outbox.deps(this.env), this.#config.STOCK_RETRY_MS)
    this.#outbox.prune(Date.now() - this.#config.OUTBOX_RETENTION_MS)
  }

  /** Tells the balance as it is now, for all changes since it was last told. */
  #announce(balance: Balance | null, now: number): void {
    if (balance === null || balance.announceAt === null || balance.announceAt > now) return
    this.#outbox.add(changedEvent(balance), now)
    this.#store.markAnnounced(balance.version)
  }

  async #writeIndex(): Promise<void> {
    const balance = this.#store.balance()
    if (balance === null || balance.indexAt === null || balance.indexAt > Date.now()) return
    try {
      await writeStockIndex(drizzle(this.env.DB), balance, Date.now())
      this.#store.markIndexed(balance.version, Date.now() + this.#config.STOCK_COALESCE_MS)
    } catch (error) {
      log('warn', 'stock index not written', { sku: balance.sku, error: describeError(error) })
      this.#store.postponeIndex(Date.now() + this.#config.STOCK_RETRY_MS)
    }
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
      this.#recordReservation(state, decision.value, now)
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
    this.#record(before, decision.value, now)
    return ok(decision.value.stock)
  }

  #recordReservation(before: SkuState, after: ReservationChange, now: number): void {
    const { reservation } = after
    if (reservation === null) {
      if (before.reservation !== null) this.#store.remove(before.reservation)
    } else if (reservation !== before.reservation) {
      this.#store.saveReservation(reservation, now)
    }
    this.#record(before.stock, after, now)
  }

  #record(before: Stock, { stock, movements, facts }: Change, now: number): void {
    if (stock === before) return
    this.#store.saveStock(stock, now + this.#config.STOCK_COALESCE_MS)
    for (const movement of movements) {
      this.#store.addMovement(movement, now, currentContext().actor)
    }
    for (const fact of facts) this.#outbox.add(eventOf(fact, stock), now)
  }

  /** Runs a decision for a caller, in the caller's trace; the alarm is set for what is due afterwards. */
  #transact<T>(call: CallContext, work: (balance: Balance | null, now: number) => T): T {
    const { requestId, actor, traceparent } = call
    const trace = continueTrace(traceparent)
    return withContext({ service: 'inventory', requestId, actor, trace }, () =>
      this.#inTransaction((balance, now) => {
        const result = work(balance, now)
        const due = this.#store.nextDue()
        if (due !== null) this.#alarm.armBy(Math.max(due, now + 1))
        return result
      }),
    )
  }

  /** One transaction, in which what has lapsed is freed first. */
  #inTransaction<T>(work: (balance: Balance | null, now: number) => T): T {
    try {
      return this.ctx.storage.transactionSync(() => {
        const now = Date.now()
        this.#expireLapsed(now)
        return work(this.#store.balance(), now)
      })
    } catch (error) {
      this.#alarm.forget()
      throw error
    }
  }

  #expireLapsed(now: number): void {
    for (const reservation of this.#store.lapsed(now)) {
      const stock = this.#store.balance()
      if (stock === null) return
      this.#recordReservation({ stock, reservation }, rules.expire(stock, reservation), now)
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
