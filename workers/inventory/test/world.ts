import type { KioskEvent } from '@kiosk/contracts/events'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { newId } from '@kiosk/kit/ids'
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { createDeps, type Deps } from '../src/deps.ts'
import type { Terms } from '../src/domain/reservation.ts'
import type { Env } from '../src/env.ts'

/** The bindings of the Worker under test. */
export const testEnv = env as unknown as Env
export const testDeps: Deps = createDeps(testEnv)

export const call: CallContext = {
  requestId: 'req-1',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  actor: 'usr_staff',
}

/** For `vi.waitFor`: what objects do by themselves is done by then, on a slow machine too. */
export const settled = { timeout: 10_000, interval: 20 }

let skus = 0

/** A SKU that no other test uses; within a test they are in alphabetical order. */
export function freshSku(name = 'sku'): string {
  skus += 1
  return `${name}-${String(skus).padStart(5, '0')}-${crypto.randomUUID().slice(0, 8)}`
}

/** The object of a SKU. */
export function object(sku: string) {
  return testEnv.STOCK.getByName(sku)
}

/** A new SKU with so many units. It is never low unless a threshold is given. */
export async function stocked(onHand: number, lowStockThreshold = 0): Promise<string> {
  const sku = freshSku()
  await object(sku).set(call, sku, { onHand, lowStockThreshold })
  return sku
}

export function termsOf(change: Partial<Terms> = {}): Terms {
  return {
    reservationId: newId('reservation'),
    orderId: 'ord_1',
    quantity: 1,
    fingerprint: 'one line',
    owner: 'orders',
    severalLines: false,
    traceparent: call.traceparent,
    ...change,
  }
}

/** A hold that lasts, taken by one call. */
export function holdFor(ms = 60_000, attempt = 'call-1') {
  return { expiresAt: Date.now() + ms, attempt }
}

/** Asks the database of a SKU's object. */
export function query<Row extends Record<string, SqlStorageValue>>(
  sku: string,
  sql: string,
): Promise<Row[]> {
  return runInDurableObject(object(sku), (_, state) => state.storage.sql.exec<Row>(sql).toArray())
}

const told: KioskEvent[] = []
const { QUEUE_CATALOG: catalog } = env as unknown as { QUEUE_CATALOG: Queue }
const sendBatch = catalog.sendBatch.bind(catalog)
catalog.sendBatch = (messages, options) => {
  const batch = [...messages]
  told.push(...batch.map(({ body }) => body as KioskEvent))
  return sendBatch(batch, options)
}

/** The balances of a SKU that the catalog was told. */
export function toldOf(sku: string): KioskEvent[] {
  return told.filter((event) => event.subject === sku)
}

/** What a SKU's object has said besides its balance, published or not. */
export async function eventsOf(sku: string): Promise<KioskEvent[]> {
  const rows = await query<{ event: string }>(sku, 'SELECT event FROM outbox ORDER BY event_id')
  return rows.map(({ event }) => JSON.parse(event) as KioskEvent)
}

/** What it has said of one type. */
export async function eventsOfType(sku: string, type: KioskEvent['type']): Promise<KioskEvent[]> {
  return (await eventsOf(sku)).filter((event) => event.type === type)
}

/** What must hold of a SKU at every moment. */
export async function expectBalanced(sku: string): Promise<void> {
  const [books] = await query<{ on_hand: number; reserved: number; moved: number; held: number }>(
    sku,
    `SELECT on_hand, reserved, (SELECT coalesce(sum(delta), 0) FROM movements) AS moved,
       (SELECT coalesce(sum(quantity), 0) FROM reservations
        WHERE state IN ('held', 'pinned')) AS held
     FROM balance`,
  )
  if (books === undefined) throw new Error(`${sku} is not known`)
  const { on_hand: onHand, reserved, moved, held } = books
  if (onHand !== moved) throw new Error(`on hand ${onHand}, but movements add up to ${moved}`)
  if (reserved !== held) throw new Error(`reserved ${reserved}, but reservations hold ${held}`)
  if (reserved < 0 || reserved > onHand) throw new Error(`${reserved} reserved of ${onHand}`)
}
