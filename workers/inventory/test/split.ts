import type { ReservationRef } from '@kiosk/contracts/rpc/inventory'
import { newId } from '@kiosk/kit/ids'
import { objectName } from '../src/domain/split.ts'
import { hold } from './reservations.ts'
import { call, expectBalanced, object, query, stocked } from './world.ts'

/** The object of one bucket of a SKU. */
export function bucketOf(sku: string, bucket: number) {
  return object(objectName({ sku, bucket }))
}

/** From when it returns, reservations are spread over so many buckets. */
export async function split(sku: string, buckets: number) {
  const view = await object(sku).split(call, buckets)
  await scheduler.wait(Math.max(0, (view?.effectiveAt ?? 0) - Date.now()) + 1)
  return view
}

/** A new SKU with so many units in so many buckets. */
export async function splitStock(onHand: number, buckets = 4): Promise<string> {
  const sku = await stocked(onHand)
  await split(sku, buckets)
  return sku
}

/** An order of some units of one SKU. */
export function wish(sku: string, quantity = 1): ReservationRef {
  return {
    orderId: newId('order'),
    reservationId: newId('reservation'),
    lines: [{ sku, quantity }],
  }
}

/** Many buyers at once; how many of them hold what they wanted. */
export async function crowd(sku: string, buyers: number, quantity = 1): Promise<number> {
  const refs = Array.from({ length: buyers }, () => wish(sku, quantity))
  const results = await Promise.all(refs.map((ref) => hold(ref)))
  return results.filter((result) => result.ok).length
}

interface Books extends Record<string, SqlStorageValue> {
  on_hand: number
  sent: number
  received: number
}

/** What must hold of every bucket of a SKU, and of all of them together; returns what each has on hand. */
export async function expectAllBalanced(sku: string, buckets: number): Promise<number[]> {
  const onHand: number[] = []
  let onTheWay = 0
  let moved = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    const name = objectName({ sku, bucket })
    const [books] = await query<Books>(name, 'SELECT on_hand, sent, received FROM balance').catch(
      () => [],
    )
    if (books === undefined) continue
    await expectBalanced(name)
    const own = `SELECT coalesce(sum(delta), 0) AS units FROM movements
      WHERE NOT (reason = 'transfer' AND reference IS NOT NULL)`
    moved += (await query<{ units: number }>(name, own))[0]?.units ?? 0
    onHand.push(books.on_hand)
    if (bucket === 0) continue
    const known = `SELECT sent, received FROM buckets WHERE bucket = ${bucket}`
    const [home] = await query<Books>(sku, known)
    onTheWay += (home?.sent ?? 0) - books.received + books.sent - (home?.received ?? 0)
  }
  const total = onHand.reduce((sum, units) => sum + units, 0)
  if (total + onTheWay !== moved) {
    throw new Error(`${total} on hand and ${onTheWay} on their way, but ${moved} moved`)
  }
  return onHand
}
