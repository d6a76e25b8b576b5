import { chanceOfId, timeOfId } from '@kiosk/contracts/primitives/id'

/**
 * The stock of a SKU that sells faster than one object can work is split into buckets. Bucket 0 is the
 * object that the SKU has anyway, its home; the others have names of their own.
 *
 * Which bucket a reservation lives in follows from its id and from a history that only grows, so whoever
 * knows the history finds it without asking, for ever, however often the number of buckets is changed.
 */
export interface Split {
  /** Reservations made at or after this (epoch ms, by the time in their id) are spread over … */
  readonly from: number
  /** … so many buckets. 1: home alone. */
  readonly buckets: number
}

/** Oldest first. Reservations older than the first one live at home. */
export type Splits = readonly Split[]

/** A history as home tells it: it will never say anything else of ids older than `goodUntil` (epoch ms). */
export interface Plan {
  readonly splits: Splits
  readonly goodUntil: number
}

/** One bucket of a SKU, as those who call it name it. */
export interface BucketRef {
  readonly sku: string
  readonly bucket: number
}

export const HOME = 0

const MARK = '#'

/** The bucket in which a reservation lives. */
export function bucketOf(splits: Splits, reservationId: string): number {
  return chanceOfId(reservationId) % bucketsAt(splits, timeOfId(reservationId))
}

/** How many buckets share the reservations that are made at a time (epoch ms). */
export function bucketsAt(splits: Splits, time: number): number {
  return splits.findLast(({ from }) => from <= time)?.buckets ?? 1
}

/**
 * The history with another number of buckets from a time on; the same if that is its number anyway.
 * `earliest`: before it, somebody may already have looked for a reservation.
 */
export function resplit(splits: Splits, buckets: number, earliest: number): Splits {
  const last = splits.at(-1)
  if (buckets === (last?.buckets ?? 1)) return splits
  return [...splits, { from: Math.max(earliest, (last?.from ?? 0) + 1), buckets }]
}

/** What the object of a bucket is called; in order they sort right behind their SKU, before any other. */
export function objectName({ sku, bucket }: BucketRef): string {
  return bucket === HOME ? sku : `${sku}${MARK}${String(bucket).padStart(2, '0')}`
}

/** The opposite: no SKU has the mark in its name. */
export function bucketNamed(name: string): BucketRef {
  const [sku = '', bucket = '0'] = name.split(MARK)
  return { sku, bucket: Number(bucket) }
}
