/** What an object can do: what Cloudflare says of objects in general. */
export const DOCUMENTED = {
  /** "Soft limit" of one object, requests per second. */
  requestsMax: 1_000,
  /** Of objects that transform and write, requests per second: from … to. */
  writingFrom: 200,
  writingTo: 500,
} as const

/** How inventory uses its objects; each figure is in the code that it names. */
export const USE = {
  /** Requests that an order makes of the object its line lives in: reserve, sell. One paid late makes a third. */
  requestsPerOrder: 2,
  /** Reports of each bucket to home: at once and every `STOCK_COALESCE_MS`, 500 ms. */
  reportsPerSecond: 2,
  /** Isolates of inventory that ask home how the stock is split, each once in `SPLIT_LEAD_MS`, 10 s. */
  isolates: 200,
  asksPerSecond: 0.1,
} as const

/**
 * Orders per second that the stock of one SKU can serve in so many buckets, if one object serves so many
 * requests per second. Home does what every bucket does, hears the others and tells isolates where to go,
 * so it is full first.
 */
export function ordersPerSecond(buckets: number, requestsPerSecond: number): number {
  if (buckets === 1) return requestsPerSecond / USE.requestsPerOrder
  const reports = (buckets - 1) * USE.reportsPerSecond
  const asks = USE.isolates * USE.asksPerSecond
  const home = Math.max(0, requestsPerSecond - reports - asks)
  return (home * buckets) / USE.requestsPerOrder
}
