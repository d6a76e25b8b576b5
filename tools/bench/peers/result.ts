import type { Machine, Noise } from '../machine.ts'
import { type Figure, medianOf } from '../result.ts'

/** All that a run found, as it is kept: the subject of each figure is a backend. */
export interface PeersResult {
  readonly startedAt: string
  readonly tookSeconds: number
  readonly commit: string
  readonly settings: {
    readonly products: number
    readonly rounds: number
    readonly seconds: number
    readonly state: 'ram' | 'disk'
  }
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  /** One entry per round. */
  readonly noise: readonly Noise[]
  readonly figures: readonly Figure[]
}

/** A line of the table: what is compared with what. */
export interface Row {
  readonly name: string
  readonly metric: string
  /** What the others have instead, where theirs is another. */
  readonly othersMetric?: string
  /** Whether more is better; left out where neither is. */
  readonly isMoreBetter?: boolean
}

export const ROWS: readonly Row[] = [
  { name: 'product list, 20 items, req/s', metric: 'list: rate', isMoreBetter: true },
  { name: 'product detail, req/s', metric: 'detail: rate', isMoreBetter: true },
  { name: 'search, req/s', metric: 'search: rate', isMoreBetter: true },
  ...['list', 'detail', 'search'].map((page) => ({
    name: `${page}, nothing that Kiosk keeps, req/s`,
    metric: `${page}, read anew: rate`,
    othersMetric: `${page}: rate`,
    isMoreBetter: true,
  })),
  {
    name: 'complete orders/s, 32 in flight',
    metric: 'orders, 32 in flight: rate',
    isMoreBetter: true,
  },
  { name: 'the same, p50, ms', metric: 'orders, 32 in flight: p50', isMoreBetter: false },
  {
    name: 'complete orders/s, one at a time',
    metric: 'orders, one at a time: rate',
    isMoreBetter: true,
  },
  { name: 'the same, p50, ms', metric: 'orders, one at a time: p50', isMoreBetter: false },
  { name: 'memory, started, MB', metric: 'memory, started: PSS', isMoreBetter: false },
  { name: 'memory, after the orders, MB', metric: 'memory, after load: PSS', isMoreBetter: false },
  // Neither is compared: a sale that accepts more than there is does less, or other, work.
  {
    name: 'flash sale, 500 buyers for 100 units: orders accepted',
    metric: 'flash sale: confirmed',
  },
  { name: 'the same: units set aside for them', metric: 'flash sale: units set aside' },
  { name: 'the same, settled within, ms', metric: 'flash sale: all settled' },
]

/** How many times as good Kiosk is; null where one of them was not measured. */
export function timesAsGood(result: PeersResult, row: Row, other: string): number | null {
  const ours = medianOf(result, 'Kiosk', row.metric)
  const theirs = medianOf(result, other, row.othersMetric ?? row.metric)
  if (ours === null || theirs === null || ours === 0 || theirs === 0) return null
  if (row.isMoreBetter === undefined) return null
  return row.isMoreBetter ? ours / theirs : theirs / ours
}

/** What is aimed at: orders per second with 32 in flight, as many times as many as another's. */
const AIMS: Readonly<Record<string, number>> = { Vendure: 15, Medusa: 60 }

export function judgeAims(result: PeersResult) {
  const row = ROWS.find(({ metric }) => metric === 'orders, 32 in flight: rate')
  if (row === undefined) throw new Error('orders are not compared')
  return Object.entries(AIMS).flatMap(([name, limit]) => {
    const ratio = timesAsGood(result, row, name)
    if (ratio === null) return []
    const value = `${ratio.toFixed(1)}× (≥ ${limit}×)`
    return [{ name: `orders/s beside ${name}`, value, isMet: ratio >= limit }]
  })
}
