import { createHash } from 'node:crypto'

/** The units at which inventory reports a SKU as low. */
export const LOW_STOCK_THRESHOLD = 5

const OUT_OF_STOCK_PERCENT = 3
const LOW_STOCK_PERCENT = 9

// Sold in numbers by every load test and never meant to run out.
const PLENTY = 5_000
const PLENTY_PREFIX = 'GFT-'

/** The first count of a SKU. It depends on the SKU alone, so every seed makes the same shop. */
export function firstCount(sku: string): number {
  if (sku.startsWith(PLENTY_PREFIX)) return PLENTY
  const digest = createHash('sha256').update(sku).digest()
  const percent = digest.readUInt32BE(0) % 100
  const spread = digest.readUInt32BE(4)
  if (percent < OUT_OF_STOCK_PERCENT) return 0
  if (percent < OUT_OF_STOCK_PERCENT + LOW_STOCK_PERCENT) {
    return 1 + (spread % (LOW_STOCK_THRESHOLD - 1))
  }
  return 20 + (spread % 180)
}
