import { assert } from '@kiosk/kit/assert'
import { availableOf, revise, type Change, type Elsewhere, type Fact, type Stock } from './sku.ts'

/** What a bucket says of itself: all of it as of one moment. */
export interface BucketReport {
  readonly bucket: number
  readonly version: number
  readonly onHand: number
  readonly reserved: number
  /** How often more of it could be promised than before. */
  readonly rises: number
  /** Units that it has sent home and got from there, ever. */
  readonly sent: number
  readonly received: number
  /** Units that requests for several SKUs hold and may still give back. */
  readonly unsettled: number
}

/** What home knows of a bucket: its last report, and the units sent there and received, ever. */
export interface Bucket extends Omit<BucketReport, 'sent' | 'received' | 'unsettled'> {
  /** What it had received from home when it reported. */
  readonly arrived: number
  readonly sent: number
  readonly received: number
}

export function newBucket(bucket: number): Bucket {
  return { bucket, version: 0, onHand: 0, reserved: 0, rises: 0, arrived: 0, sent: 0, received: 0 }
}

/** Units that can be promised in a bucket, or are on their way there. */
export function suppliedTo({ onHand, reserved, sent, arrived }: Bucket): number {
  return onHand - reserved + sent - arrived
}

/** A bucket after a report of its own, and the units that have come with it; an older report tells less. */
export function hear(known: Bucket, report: BucketReport): { bucket: Bucket; credit: number } {
  // Sums that only rise: a report twice, late or lost changes nothing, the next one has it all.
  const received = Math.max(known.received, report.sent)
  const heard =
    report.version < known.version
      ? { arrived: Math.max(known.arrived, report.received) }
      : {
          version: report.version,
          onHand: report.onHand,
          reserved: report.reserved,
          rises: report.rises,
          arrived: report.received,
        }
  const bucket = { ...known, ...heard, received }
  assert(bucket.arrived <= bucket.sent, 'a bucket received what was sent')
  return { bucket, credit: received - known.received }
}

/** What all buckets but home have: a report in which units had left, but not come, counts them once. */
export function sumOf(buckets: readonly Bucket[]): Elsewhere {
  let sum: Elsewhere = { onHand: 0, reserved: 0, version: 0 }
  for (const { onHand, reserved, version, sent, arrived } of buckets) {
    sum = {
      onHand: sum.onHand + onHand + sent - arrived,
      reserved: sum.reserved + reserved,
      version: sum.version + version,
    }
  }
  return sum
}

/** Units leave for another bucket (or home), or come from there; at home, what is elsewhere follows. */
export function transfer(
  stock: Stock,
  delta: number,
  { peer, elsewhere }: { readonly peer: string; readonly elsewhere?: Elsewhere },
): Change {
  if (delta === 0 && isSame(stock.elsewhere, elsewhere)) {
    return { stock, movements: [], facts: [] }
  }
  const onHand = stock.onHand + delta
  const here = { ...stock, elsewhere }
  if (delta === 0) return { ...lowAgain(here), movements: [] }
  const moved = { delta, reason: 'transfer', reference: peer, onHand }
  return { ...revise(here, { onHand }), movements: [moved] }
}

/** What is elsewhere has changed, so the SKU may be low now; this balance is as it was. */
function lowAgain(stock: Stock): { stock: Stock; facts: readonly Fact[] } {
  const revised = revise(stock, {})
  return { ...revised, stock: { ...revised.stock, version: stock.version } }
}

function isSame(a: Elsewhere | undefined, b: Elsewhere | undefined): boolean {
  return a?.onHand === b?.onHand && a?.reserved === b?.reserved && a?.version === b?.version
}

/** What home asks a bucket for. */
export interface Wish {
  readonly units: number
  /** As much as half of what it has, if that is more: others will need some too. */
  readonly half: boolean
}

/**
 * What a bucket gives away. Not what buyers wait for that it can serve: taken from each other, two
 * buckets would pass the same units to and fro, and neither would sell them.
 */
export function spare(stock: Stock, waiting: readonly number[], { units, half }: Wish): number {
  let left = availableOf(stock)
  for (const quantity of waiting) if (quantity <= left) left -= quantity
  return Math.max(Math.min(left, units), half ? Math.floor(left / 2) : 0)
}

/** What home gives to a bucket that lacks units: those, if it has them, and a share of the others. */
export function ration(stock: Stock, wanted: number, buckets: number): number {
  const available = availableOf(stock)
  const share = Math.floor(Math.max(0, available - wanted) / (2 * buckets))
  return Math.min(available, wanted + share)
}

/** How many units each of some buckets is to have so that all can go on for as long. */
export function evenly(units: number, buckets: number): number[] {
  const least = Math.floor(units / buckets)
  return Array.from({ length: buckets }, (_, n) => least + (n < units % buckets ? 1 : 0))
}
