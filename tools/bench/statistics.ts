/** What several rounds of one figure come to. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** @throws when there are no values: a figure without a round is a mistake. */
export function summarize(values: readonly number[]): Summary {
  const sorted = ascending(values)
  return { median: middleOf(sorted), min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 }
}

/** The smallest value that at least this share of all values do not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new Error('there are no values')
  return values.toSorted((a, b) => a - b)
}

function middleOf(sorted: readonly number[]): number {
  const half = sorted.length / 2
  const low = sorted[Math.ceil(half) - 1] ?? 0
  const high = sorted[Math.floor(half)] ?? 0
  return (low + high) / 2
}
