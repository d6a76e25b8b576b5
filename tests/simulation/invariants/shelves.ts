import type { MemoryObject } from '../platform/memory-object.ts'
import type { Shop } from '../shop/shop.ts'
import { must, type ReservationRow } from './facts.ts'
import { hasTable } from './watch.ts'

/** The SKU that an object of stock belongs to; a bucket is called by its SKU and a number. */
export function skuOf({ name }: Pick<MemoryObject, 'name'>): string {
  return name.split('#')[0] ?? name
}

/** Every object that has stock of a SKU, home first. */
export function shelvesOf({ objects }: Shop, sku: string): MemoryObject[] {
  return [...objects.stock.objects.values()]
    .filter((object) => skuOf(object) === sku && hasTable(object.storage.sqlite, 'balance'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** A line of a reservation. No two buckets may have one that counts. */
export function reservationOf(
  shop: Shop,
  sku: string,
  reservationId: string | null,
): Pick<ReservationRow, 'state' | 'quantity'> | undefined {
  const rows = shelvesOf(shop, sku).flatMap(({ name, storage: { sqlite } }) =>
    sqlite
      .peek<ReservationRow>('SELECT * FROM reservations WHERE reservation_id = ?', reservationId)
      .map((row) => ({ ...row, bucket: name })),
  )
  must(rows.length <= 1, '1', 'a reservation lives in two buckets', { sku, rows })
  return rows[0]
}

interface Sums {
  readonly bucket: number
  readonly on_hand: number
  readonly sent: number
  readonly received: number
  readonly moved: number
}

/** Invariant 1, over the buckets of a SKU: what is in them or on its way is what has moved in and out. */
export function checkBuckets(shop: Shop, sku: string): void {
  const shelves = shelvesOf(shop, sku)
  const [home] = shelves
  if (shelves.length < 2 || home === undefined) return
  const known = new Map(
    home.storage.sqlite
      .peek<Sums>('SELECT * FROM buckets')
      .map((bucket) => [bucket.bucket, bucket]),
  )
  let there = 0
  let moved = 0
  for (const { name, storage } of shelves) {
    const [sums] = storage.sqlite.peek<Sums>(
      `SELECT *, (SELECT coalesce(sum(delta), 0) FROM movements
         WHERE NOT (reason = 'transfer' AND reference IS NOT NULL)) AS moved FROM balance`,
    )
    if (sums === undefined) continue
    there += sums.on_hand
    moved += sums.moved
    if (sums.bucket === 0) continue
    const atHome = known.get(sums.bucket) ?? { sent: 0, received: 0 }
    const ids = { name, atHome, sent: sums.sent, received: sums.received }
    must(sums.received <= atHome.sent, '1', 'a bucket received what was not sent', ids)
    must(atHome.received <= sums.sent, '1', 'home received what was not sent', ids)
    there += atHome.sent - sums.received + sums.sent - atHome.received
  }
  must(there === moved, '1', 'units went missing between buckets', { sku, there, moved })
}
