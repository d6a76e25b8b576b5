import { durationMs, wholeNumber } from '@kiosk/kit/config'
import { z } from 'zod'
import type { SkuStock } from './sku-stock.ts'

/** The bindings that the object of a SKU uses, and those of the queues it says events to. */
export interface SkuStockEnv {
  readonly DB: D1Database
  readonly STOCK: DurableObjectNamespace<SkuStock>
}

/** How the object of a SKU works; each is a variable of the Worker. */
export const StockConfig = z.object({
  /** A change is told at once, and those of this time after it together, at its end. */
  STOCK_COALESCE_MS: durationMs(500),
  /**
   * When the alarm tells what was to be told at once, if that was cut off. As long as an order holds its stock
   * by default: the alarm for its deadline does both.
   */
  STOCK_TOLD_BY_MS: durationMs(15 * 60 * 1000),
  /** When a failed send or index write is tried again; sends back off from there. */
  STOCK_RETRY_MS: durationMs(1_000),
  /** When the alarm fires again if its work was cut off more than once. */
  STOCK_BACKSTOP_MS: durationMs(5_000),
  /** How long a request for several SKUs may take to get them all: younger holds may still be given back. */
  STOCK_ATTEMPT_WINDOW_MS: durationMs(1_000),
  /** How long published events are kept, so that they can be sent again. */
  OUTBOX_RETENTION_MS: durationMs(7 * 24 * 60 * 60 * 1000),
  LOW_STOCK_THRESHOLD_DEFAULT: wholeNumber(5),
  /** For how long what home says of how its stock is split is true of reservations that are made yet. */
  SPLIT_LEAD_MS: durationMs(10_000),
  /** By how much clocks may differ: a change of the split takes effect after the lead and this. */
  SPLIT_CLOCKS_MS: durationMs(2_000),
  /** When home asks a bucket again what has become of units that it sent there. */
  STOCK_EXCHANGE_MS: durationMs(5_000),
})
