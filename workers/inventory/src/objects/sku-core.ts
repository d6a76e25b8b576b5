import type { CallContext } from '@kiosk/contracts/rpc/call'
import { readConfig } from '@kiosk/kit/config'
import { withContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import { continueTrace } from '@kiosk/kit/trace'
import type { z } from 'zod'
import { newStock, type Stock } from '../domain/sku.ts'
import { HOME, type BucketRef } from '../domain/split.ts'
import { StockConfig, type SkuStockEnv } from './settings.ts'
import { SkuAlarm } from './sku-alarm.ts'
import type { Balance } from './sku-balance.ts'
import { SkuBooks } from './sku-books.ts'
import { SkuBuckets } from './sku-buckets.ts'
import { SkuOutbox } from './sku-outbox.ts'
import { SkuStore } from './sku-store.ts'
import { SkuTeller } from './sku-teller.ts'

/** What the object of a SKU is made of, and how it decides: in one transaction, alarm included. */
export class SkuCore {
  readonly config: z.infer<typeof StockConfig>
  readonly store: SkuStore
  readonly buckets: SkuBuckets
  readonly outbox: SkuOutbox
  readonly alarm: SkuAlarm
  readonly teller: SkuTeller
  readonly books: SkuBooks
  /** Whether anything was ever stored here. */
  exists: boolean
  /** What part of its SKU's stock this is, as far as a transaction of this instance has seen. */
  part: 'all' | 'home' | 'bucket' = 'all'
  readonly #ctx: DurableObjectState
  readonly #env: () => SkuStockEnv
  #isOpen = false

  constructor(
    ctx: DurableObjectState,
    env: () => SkuStockEnv,
    report: (balance: Balance) => Promise<void>,
  ) {
    this.#ctx = ctx
    this.#env = env
    this.config = readConfig(env(), StockConfig)
    this.store = new SkuStore(ctx.storage)
    this.buckets = new SkuBuckets(ctx.storage)
    this.outbox = new SkuOutbox(ctx.storage)
    this.alarm = new SkuAlarm(ctx.storage)
    this.teller = new SkuTeller(this.store, this.config, report)
    this.books = new SkuBooks(this.store, this.outbox, this.teller)
    this.exists = this.store.hasSchema()
    if (!this.exists) return
    this.migrate()
    void ctx.blockConcurrencyWhile(() => this.alarm.remember(Date.now()))
  }

  get env(): SkuStockEnv {
    return this.#env()
  }

  migrate(): void {
    this.#ctx.storage.transactionSync(() => this.store.migrate(Date.now()))
    this.exists = true
  }

  /** Makes this object the bucket that its caller takes it for; it stays that for ever. */
  openBucket({ sku, bucket }: BucketRef): void {
    if (this.#isOpen) return
    this.migrate()
    this.inTransaction((balance, now) => {
      if (balance !== null) return
      this.books.save({ ...newStock(sku, 0), bucket }, now)
      this.keepArmed()
    })
    this.#isOpen = true
  }

  newStock(sku: string): Stock {
    return newStock(sku, this.config.LOW_STOCK_THRESHOLD_DEFAULT)
  }

  /** Runs a decision for a caller, in the caller's trace; the alarm is set for what is due afterwards. */
  transact<T>(call: CallContext, work: (balance: Balance | null, now: number) => T): T {
    const { requestId, actor, traceparent } = call
    const trace = continueTrace(traceparent)
    return withContext({ service: 'inventory', requestId, actor, trace }, () => {
      const result = this.inTransaction((balance, now) => {
        const decided = work(balance, now)
        this.keepArmed()
        return decided
      })
      if (this.books.hasNews && this.teller.isFree(Date.now())) this.#tellAtOnce()
      return result
    })
  }

  /** One transaction, in which what has lapsed is freed first. */
  inTransaction<T>(work: (balance: Balance | null, now: number) => T): T {
    try {
      return this.#ctx.storage.transactionSync(() => {
        const now = Date.now()
        this.books.expireLapsed(now)
        const balance = this.store.balance()
        this.part = partOf(balance)
        return work(balance, now)
      })
    } catch (error) {
      this.alarm.forget()
      this.books.hasNews = false
      throw error
    }
  }

  /** Sets the alarm for what is due. Within a transaction: it is kept or undone with it. */
  keepArmed(): void {
    this.#ctx.waitUntil(this.armForNext().catch(() => this.armAgain()))
  }

  async armAgain(): Promise<void> {
    const now = Date.now()
    await this.alarm.armBy(now + this.config.STOCK_BACKSTOP_MS, now)
  }

  async armForNext(): Promise<void> {
    const due = this.store.nextDue()
    const now = Date.now()
    if (due !== null) await this.alarm.armBy(Math.max(due, now + 1), now)
  }

  /** Units that requests for several SKUs may still give back. */
  unsettled(now: number): number {
    return this.store.unsettledUnits(now - this.config.STOCK_ATTEMPT_WINDOW_MS)
  }

  /** Tells what has changed, while the caller goes on. If that is cut off, the alarm does it. */
  #tellAtOnce(): void {
    this.books.hasNews = false
    const telling = this.teller.tell(this.env).then(() => this.armForNext())
    this.#ctx.waitUntil(
      telling.catch((error: unknown) =>
        log('error', 'balance not told', { error: describeError(error) }),
      ),
    )
  }
}

function partOf(balance: Balance | null): SkuCore['part'] {
  if (balance === null || balance.bucket === HOME) return balance?.splits ? 'home' : 'all'
  return 'bucket'
}
