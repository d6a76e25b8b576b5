import { randomUUID } from 'node:crypto'
import type { Account } from '../own-shop/account.ts'
import { textIn } from '../own-shop/http.ts'
import type { Deal } from '../own-shop/judge.ts'
import type { Outcome } from '../own-shop/persist.ts'
import { payOrder, placeOrder, settled, type Lines } from '../own-shop/shopkeeper.ts'

const CONFIRMED_WITHIN_MS = 15 * 60_000

/** What became of one buyer. */
export interface Buyer {
  readonly lines: Lines
  /** `confirmed`, `sold out`, `no answer`, or in words what should not have happened. */
  readonly end: string
  readonly deal?: Deal
  /** How long the answer about the order took, from the moment that all asked at once. */
  readonly orderMs: number
  /** How many requests it took in all. */
  readonly tries: number
}

/** Told of each step, for the progress. */
export interface Progress {
  answered: number
  confirmed: number
}

/** Orders one unit of each SKU, pays with a good card, and waits until the shop has confirmed it. */
export async function buy(account: Account, lines: Lines, progress: Progress): Promise<Buyer> {
  const key = randomUUID()
  const ordered = await placeOrder(account, lines, key)
  if (ordered.answer !== undefined) progress.answered += 1
  const asked = { lines, orderMs: ordered.ms, tries: ordered.tries }
  if (ordered.answer?.status !== 201) return { ...asked, end: endOf(ordered) }

  const orderId = textIn(ordered.answer, 'id') ?? ''
  const unpaid = { orderId, lines, paymentId: undefined }
  const paid = await payOrder(account, orderId, key)
  const tries = asked.tries + paid.tries
  if (paid.answer?.status !== 201) {
    return { ...asked, tries, deal: unpaid, end: `payment: ${endOf(paid)}` }
  }
  const deal = { ...unpaid, paymentId: textIn(paid.answer, 'id') }
  const status = await settled(account, orderId, CONFIRMED_WITHIN_MS)
  if (status === 'processing') progress.confirmed += 1
  return { ...asked, tries, deal, end: status === 'processing' ? 'confirmed' : `order ${status}` }
}

function endOf({ answer }: Outcome): string {
  if (answer === undefined) return 'no answer'
  const code = textIn(answer, 'code') ?? 'without a problem'
  return answer.status === 409 && code === 'insufficient_stock'
    ? 'sold out'
    : `${answer.status} ${code}`
}
