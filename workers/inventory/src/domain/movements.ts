import type { Movement } from './sku.ts'

/** A movement of a bucket, and what was there after it but for transfers. */
interface OfBucket extends Movement {
  readonly id: number
  readonly at: number
  readonly share: number
}

/** A movement in the list of its SKU, with the position after it: an id for each bucket. */
export type Placed<M extends OfBucket> = M & { readonly position: readonly number[] }

/**
 * The newest movements of a SKU from those of its buckets, each list newest first and at least as long as
 * what is asked for, or else whole. `onHand` is what the SKU had then, in whichever bucket.
 */
export function mergeMovements<M extends OfBucket>(
  lists: readonly (readonly M[])[],
  before: readonly number[],
  limit: number,
): Placed<M>[] {
  const merged: Placed<M>[] = []
  const taken = lists.map(() => 0)
  const position = lists.map((_, bucket) => before[bucket] ?? Number.MAX_SAFE_INTEGER)
  while (merged.length < limit) {
    const next = newestOf(lists, taken)
    const movement = lists[next]?.[taken[next] ?? 0]
    if (movement === undefined) break
    const onHand = lists.reduce(
      (sum, list, bucket) => sum + (list[taken[bucket] ?? 0]?.share ?? 0),
      0,
    )
    taken[next] = (taken[next] ?? 0) + 1
    position[next] = movement.id
    merged.push({ ...movement, onHand, position: [...position] })
  }
  return merged
}

function newestOf<M extends OfBucket>(
  lists: readonly (readonly M[])[],
  taken: readonly number[],
): number {
  let newest = 0
  for (const [bucket, list] of lists.entries()) {
    const at = list[taken[bucket] ?? 0]?.at ?? -1
    if (at > (lists[newest]?.[taken[newest] ?? 0]?.at ?? -1)) newest = bucket
  }
  return newest
}
