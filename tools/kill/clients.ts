import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../own-shop/account.ts'
import { textIn } from '../own-shop/http.ts'
import type { Deal } from '../own-shop/judge.ts'
import { payOrder, placeOrder, type Lines } from '../own-shop/shopkeeper.ts'

const PAUSE_MS = 50

/** What the clients were told, all of it. */
export interface Memory {
  readonly deals: Deal[]
  /** What should not have happened. */
  readonly faults: string[]
  /** Orders that are being placed or paid at this moment. */
  inFlight: number
  /** Requests that were sent again under the same key. */
  retries: number
  isClosing: boolean
}

/** Orders and pays, one order after the other, until the shop is to close; then finishes what it began. */
export async function runClient(
  account: Account,
  skus: readonly string[],
  memory: Memory,
): Promise<void> {
  for (let n = 0; !memory.isClosing; n++) {
    memory.inFlight += 1
    await buyOnce(account, basket(skus, n), memory)
    memory.inFlight -= 1
    await sleep(PAUSE_MS)
  }
}

async function buyOnce(account: Account, lines: Lines, memory: Memory): Promise<void> {
  const key = randomUUID()
  const ordered = await placeOrder(account, lines, key)
  memory.retries += ordered.tries - 1
  const orderId = textIn(ordered.answer, 'id')
  if (ordered.answer?.status !== 201 || orderId === undefined) {
    memory.faults.push(`an order was answered with ${inWords(ordered.answer)}`)
    return
  }
  // Remembered from here on: whatever happens to the payment, this order must exist.
  const place = memory.deals.push({ orderId, lines, paymentId: undefined }) - 1

  const paid = await payOrder(account, orderId, key)
  memory.retries += paid.tries - 1
  const status = textIn(paid.answer, 'status')
  // `processing`: the runtime died between the provider and the answer; reconciliation learns it.
  if (paid.answer?.status === 201 && (status === 'succeeded' || status === 'processing')) {
    memory.deals[place] = { orderId, lines, paymentId: textIn(paid.answer, 'id') }
  } else {
    memory.faults.push(`the payment of ${orderId} was answered with ${inWords(paid.answer)}`)
  }
}

/** One SKU, or two, so that reservations of several lines are cut off, too. */
function basket(skus: readonly string[], n: number): Lines {
  const first = n % skus.length
  const chosen = n % 3 === 0 ? [first, (first + 1) % skus.length] : [first]
  return chosen.map((at) => ({ sku: skus[at] ?? '', quantity: 1 + (n % 2) }))
}

function inWords(answer: { status: number; body: unknown } | undefined): string {
  return answer === undefined ? 'nothing' : `${answer.status} ${JSON.stringify(answer.body)}`
}
