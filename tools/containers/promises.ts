import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../own-shop/account.ts'
import type { Deal } from '../own-shop/judge.ts'

const SETTLED_WITHIN_MS = 180_000
const LOOK_EVERY_MS = 1_000

/**
 * Holds what buyers were told against what the shop says now: every order that got a 201 is there, and
 * paid, and the units that are gone are the ones that were bought. Returns the broken promises.
 */
export async function checkDeals(
  admin: Account,
  deals: readonly Deal[],
  skus: readonly string[],
  units: number,
): Promise<string[]> {
  const orders: string[] = []
  for (const deal of deals) {
    const fault = await checkOrder(admin, deal)
    if (fault !== null) orders.push(fault)
  }
  const stock = await Promise.all(skus.map((sku) => checkStock(admin, deals, sku, units)))
  return [...orders, ...stock.filter((fault) => fault !== null)]
}

async function checkOrder(admin: Account, { orderId, paymentId }: Deal): Promise<string | null> {
  if (paymentId === undefined) return `${orderId} was never paid`
  const deadline = Date.now() + SETTLED_WITHIN_MS
  for (;;) {
    const { answer } = await admin.ask({ path: `/v1/orders/${orderId}` })
    const { status, paymentStatus } = answer?.body ?? {}
    if (answer?.status === 200 && status === 'processing' && paymentStatus === 'paid') return null
    if (answer?.status === 404) return `${orderId} got a 201 and does not exist`
    if (Date.now() > deadline) {
      return `${orderId} is paid for, and is ${String(status)} and ${String(paymentStatus)}`
    }
    await sleep(LOOK_EVERY_MS)
  }
}

async function checkStock(
  admin: Account,
  deals: readonly Deal[],
  sku: string,
  units: number,
): Promise<string | null> {
  const sold = deals
    .flatMap(({ lines }) => lines)
    .filter((line) => line.sku === sku)
    .reduce((sum, line) => sum + line.quantity, 0)
  const { onHand } = await admin.get({ path: `/v1/inventory/${sku}` })
  return onHand === units - sold ? null : `${sku} has ${String(onHand)} of ${units}, ${sold} sold`
}
