import type { Stock } from '../domain/sku.ts'
import type { Splits } from '../domain/split.ts'

/** What the world outside knows of a balance, and by when it is to know more (epoch ms). */
export interface Told {
  /** What `stock.changed` told last; null when nothing yet. */
  readonly toldAvailable: number | null
  readonly toldVersion: number | null
  readonly toldAt: number | null
  readonly announceAt: number | null
  readonly indexedVersion: number
  readonly indexAt: number | null
}

/** How the stock is spread over buckets; see `buckets` in the schema. */
export interface Spread {
  readonly bucket: number
  readonly rises: number
  readonly sent: number
  readonly received: number
  /** null: the stock was never split. */
  readonly splits: Splits | null
}

export interface Balance extends Stock, Told, Spread {
  readonly bucket: number
}

export interface BalanceRow extends Record<string, SqlStorageValue> {
  sku: string
  on_hand: number
  reserved: number
  version: number
  low_stock_threshold: number
  is_low: number
  told_available: number | null
  told_version: number | null
  told_at: number | null
  announce_at: number | null
  indexed_version: number
  index_at: number | null
  bucket: number
  rises: number
  sent: number
  received: number
  splits: string | null
  elsewhere_on_hand: number
  elsewhere_reserved: number
  elsewhere_version: number
}

export function toBalance(row: BalanceRow): Balance {
  return {
    sku: row.sku,
    onHand: row.on_hand,
    reserved: row.reserved,
    version: row.version,
    lowStockThreshold: row.low_stock_threshold,
    isLow: row.is_low === 1,
    toldAvailable: row.told_available,
    toldVersion: row.told_version,
    toldAt: row.told_at,
    announceAt: row.announce_at,
    indexedVersion: row.indexed_version,
    indexAt: row.index_at,
    bucket: row.bucket,
    rises: row.rises,
    sent: row.sent,
    received: row.received,
    splits: row.splits === null ? null : (JSON.parse(row.splits) as Splits),
    elsewhere:
      row.splits === null
        ? undefined
        : {
            onHand: row.elsewhere_on_hand,
            reserved: row.elsewhere_reserved,
            version: row.elsewhere_version,
          },
  }
}
