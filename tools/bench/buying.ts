import { randomUUID } from 'node:crypto'
import pMap from 'p-map'
import { textIn, type Answer, type Send } from '../own-shop/http.ts'
import { CUSTOMER_ADDRESS } from '../seed/accounts.ts'
import type { OrderWatch } from './order-watch.ts'

/** An order that is complete. */
export interface Done {
  /** When it was, by `performance.now`. */
  readonly at: number
}

/** How long an order took, from the moment that it was sent, ms. */
export interface Bought extends Done {
  readonly orderId: string
  /** Until the answer to `POST /v1/orders`. */
  readonly ordered: number
  /** Until the answer to `POST /v1/payments`. */
  readonly paid: number
  /** Until it was `processing`. */
  readonly processing: number
}

/** Who buys, what, and how to see that it is done. */
export interface Buying {
  readonly send: Send
  readonly watch: OrderWatch
  readonly tokens: readonly string[]
  nextSku(): string
}

/** Places an order. @throws when it is not taken */
export async function order(send: Send, token: string, sku: string): Promise<Answer> {
  return await send({
    path: '/v1/orders',
    token,
    idempotencyKey: randomUUID(),
    body: { lines: [{ sku, quantity: 1 }], shippingAddress: CUSTOMER_ADDRESS },
  })
}

/** Pays an order with a card that works. */
export async function pay(send: Send, token: string, orderId: string): Promise<void> {
  const body = { orderId, token: 'tok_ok' }
  const answer = await send({ path: '/v1/payments', token, idempotencyKey: randomUUID(), body })
  if (textIn(answer, 'status') !== 'succeeded') throw refused('paying', answer)
}

/** Orders, pays, and waits until the order is `processing`: the fewest requests that do it. */
export async function buy(buying: Buying, token: string): Promise<Bought> {
  const { send, watch } = buying
  const startedAt = performance.now()
  const ordered = await order(send, token, buying.nextSku())
  const orderedAt = performance.now()
  const orderId = textIn(ordered, 'id')
  if (ordered.status !== 201 || orderId === undefined) throw refused('ordering', ordered)
  const processing = watch.processing(orderId)
  // Its failure is told with the other's, or after it.
  processing.catch(() => {})
  await pay(send, token, orderId)
  const paidAt = performance.now()
  const at = await processing
  return {
    orderId,
    ordered: orderedAt - startedAt,
    paid: paidAt - startedAt,
    processing: at - startedAt,
    at,
  }
}

export interface BoughtFor<T extends Done> {
  /** The orders that were complete after the warm-up and before the end. */
  readonly measured: readonly T[]
  /** Those and all others: what was begun is brought to its end. */
  readonly all: readonly T[]
}

/**
 * Keeps so many orders in flight for a time: the next begins when one is complete.
 *
 * Load generators send requests; none knows that the work goes on after the answer, and that the next
 * customer should wait for its end. So this only counts, over p-map, which keeps the number in flight.
 */
export async function buyFor<T extends Done>(
  buyNth: (n: number) => Promise<T>,
  inFlight: number,
  warmUpMs: number,
  measureMs: number,
): Promise<BoughtFor<T>> {
  const from = performance.now() + warmUpMs
  const until = from + measureMs
  function* customers(): Generator<number> {
    for (let n = 0; performance.now() < until; n++) yield n
  }
  const all = await pMap(customers(), buyNth, { concurrency: inFlight })
  const measured = all.filter(({ at }) => at >= from && at < until)
  return { measured, all }
}

/** Buys so many, with so many in flight; returns them in the order in which they were done. */
export async function buyMany(buying: Buying, inFlight: number, count: number): Promise<Bought[]> {
  const customers = Array.from({ length: count }, (_, n) => tokenOf(buying, n))
  const bought = await pMap(customers, (token) => buy(buying, token), { concurrency: inFlight })
  return bought.toSorted((a, b) => a.at - b.at)
}

/** The token of the nth customer; there are fewer accounts than customers. */
export function tokenOf({ tokens }: Buying, n: number): string {
  const token = tokens[n % tokens.length]
  if (token === undefined) throw new Error('nobody is there to buy')
  return token
}

function refused(what: string, { status, body }: Answer): Error {
  return new Error(`${what} was answered ${status} ${JSON.stringify(body)}`)
}
