import { SUBSCRIPTIONS } from '@kiosk/contracts/events'
import { openDatabase } from '@kiosk/kit/database'
import { describeError, log } from '@kiosk/kit/log'
import { queueTo } from '@kiosk/kit/outbox-relay'
import type { z } from 'zod'
import { availableOf, wholeOf } from '../domain/sku.ts'
import { writeStockIndex } from '../store/stock-index.ts'
import type { SkuStockEnv, StockConfig } from './settings.ts'
import type { Balance } from './sku-balance.ts'
import { changedEvent } from './sku-events.ts'
import type { SkuStore } from './sku-store.ts'

/** What came of telling a balance to somebody; null: there was nothing to tell. */
type Outcome = 'done' | 'failed' | null

const BACKOFF_STEPS_MAX = 8

/**
 * Tells the world outside the balance of a SKU: those who sell it by `stock.changed`, the lists of staff by a
 * row in D1. At once, and what changes soon after that together. A bucket tells its home instead, which
 * tells of the SKU as a whole.
 */
export class SkuTeller {
  readonly #store: SkuStore
  readonly #config: z.infer<typeof StockConfig>
  readonly #report: (balance: Balance) => Promise<void>
  #beganAt = 0
  #telling: Promise<void> | null = null
  #failures = 0

  constructor(
    store: SkuStore,
    config: z.infer<typeof StockConfig>,
    report: (balance: Balance) => Promise<void>,
  ) {
    this.#store = store
    this.#config = config
    this.#report = report
  }

  /** Whether a change is told at once: nothing was told a moment ago. */
  isFree(now: number): boolean {
    return this.#telling === null && now >= this.#togetherAt
  }

  /** By when a change of now is told at the latest (epoch ms). */
  tellBy(now: number): number {
    return this.isFree(now) ? now + this.#config.STOCK_TOLD_BY_MS : this.#togetherAt
  }

  get #togetherAt(): number {
    return this.#beganAt + this.#config.STOCK_COALESCE_MS
  }

  /** Tells what there is to tell. What fails is tried again, by the alarm. Two at once are one. */
  tell(env: SkuStockEnv): Promise<void> {
    this.#telling ??= this.#tell(env).finally(() => (this.#telling = null))
    return this.#telling
  }

  async #tell(env: SkuStockEnv): Promise<void> {
    const own = this.#store.balance()
    if (own === null || (own.announceAt === null && own.indexAt === null)) return
    const balance = wholeOf(own)
    this.#beganAt = Date.now()
    if (balance.bucket > 0) {
      this.#note(balance, await this.#tellHome(balance), null)
      return
    }
    // The index first: what was told and may have to be told again is found through it.
    const indexed = await this.#index(env, balance)
    const announced = await this.#announce(env, balance)
    this.#note(balance, indexed, announced)
  }

  async #tellHome(balance: Balance): Promise<Outcome> {
    try {
      await this.#report(balance)
      return 'done'
    } catch (error) {
      log('warn', 'home not told', { sku: balance.sku, error: describeError(error) })
      return 'failed'
    }
  }

  async #index({ DB }: SkuStockEnv, balance: Balance): Promise<Outcome> {
    if (balance.indexAt === null) return null
    try {
      await writeStockIndex(openDatabase(DB), balance, Date.now())
      return 'done'
    } catch (error) {
      log('warn', 'stock index not written', { sku: balance.sku, error: describeError(error) })
      return 'failed'
    }
  }

  async #announce(env: SkuStockEnv, balance: Balance): Promise<Outcome> {
    if (balance.announceAt === null) return null
    const body = changedEvent(balance)
    try {
      for (const destination of SUBSCRIPTIONS[body.type]) {
        await queueTo(env, destination).sendBatch([{ body }])
      }
      return 'done'
    } catch (error) {
      log('error', 'publish failed', { sku: balance.sku, error: describeError(error) })
      return 'failed'
    }
  }

  /** The balance may have moved on while it was told. */
  #note(told: Balance, indexed: Outcome, announced: Outcome): void {
    const now = wholeOf(this.#store.balance() ?? told)
    const isFailure = indexed === 'failed' || announced === 'failed'
    this.#failures = isFailure ? Math.min(this.#failures + 1, BACKOFF_STEPS_MAX) : 0
    const retryAt = Date.now() + this.#config.STOCK_RETRY_MS * 2 ** (this.#failures - 1)
    const isNews = availableOf(now) !== availableOf(told)
    const isStale = now.version > told.version
    this.#store.saveTold({
      ...now,
      ...(announced === 'failed' && { announceAt: retryAt }),
      ...(announced === 'done' && {
        toldAvailable: availableOf(told),
        toldVersion: told.version,
        toldAt: Date.now(),
        announceAt: isNews ? this.#togetherAt : null,
      }),
      ...(indexed === 'failed' && { indexAt: retryAt }),
      ...(indexed === 'done' && {
        indexedVersion: told.version,
        indexAt: isStale ? this.#togetherAt : null,
      }),
    })
  }
}
