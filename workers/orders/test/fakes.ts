import type { Shortage } from '@kiosk/contracts/errors'
import { SUBSCRIPTIONS, type EventOf, type EventType } from '@kiosk/contracts/events'
import { ok, refuse } from '@kiosk/contracts/primitives/result'
import type { PricedVariant } from '@kiosk/contracts/rpc/catalog'
import type { CommitRefusal, InventoryRpc } from '@kiosk/contracts/rpc/inventory'
import { newEvent } from '@kiosk/kit/events'
import { newId } from '@kiosk/kit/ids'
import { env } from 'cloudflare:workers'
import { createDeps, type Deps } from '../src/deps.ts'
import type { Env } from '../src/env.ts'
import { placeOrder } from '../src/operations/place-order.ts'

export const address = {
  name: 'Ada',
  line1: 'Street 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

/** Sells `TEE` and `MUG` in USD and `TEA` in EUR. */
const variants: PricedVariant[] = [
  { sku: 'TEE', productId: 'prd_1', name: 'Tee', price: { amountMinor: 1999, currency: 'USD' } },
  { sku: 'MUG', productId: 'prd_2', name: 'Mug', price: { amountMinor: 500, currency: 'USD' } },
  { sku: 'TEA', productId: 'prd_3', name: 'Tea', price: { amountMinor: 700, currency: 'EUR' } },
]

/** Inventory whose next answers a test can set, and which remembers what it was asked. */
export class FakeInventory implements InventoryRpc {
  readonly calls: { method: string; reservationId: string }[] = []
  shortages: Shortage[] = []
  commitRefusal: CommitRefusal | null = null
  extendable = true
  /** Runs inside the next call of that method: where a race is made to happen. */
  meanwhile: Partial<Record<string, () => Promise<unknown>>> = {}

  async #note(method: string, { reservationId }: { reservationId: string }): Promise<void> {
    this.calls.push({ method, reservationId })
    const race = this.meanwhile[method]
    delete this.meanwhile[method]
    await race?.()
  }

  async reserve(...[, input]: Parameters<InventoryRpc['reserve']>) {
    await this.#note('reserve', input)
    const { shortages } = this
    if (shortages.length > 0) return refuse({ code: 'insufficient_stock', shortages } as const)
    return ok({ expiresAt: input.expiresAt })
  }

  async extend(...[, input]: Parameters<InventoryRpc['extend']>) {
    await this.#note('extend', input)
    if (!this.extendable) return refuse({ code: 'reservation_ended' } as const)
    return ok({ expiresAt: input.expiresAt })
  }

  async commit(...[, input]: Parameters<InventoryRpc['commit']>) {
    await this.#note('commit', input)
    return this.commitRefusal === null ? ok(null) : refuse(this.commitRefusal)
  }

  async release(...[, input]: Parameters<InventoryRpc['release']>) {
    await this.#note('release', input)
  }

  named(method: string): string[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.reservationId)
  }
}

/** An environment of its own: real D1 and relay, faked catalog and inventory. */
export function fakeEnv() {
  const inventory = new FakeInventory()
  const catalog = {
    priceVariants: async (_call: unknown, skus: readonly string[]) =>
      variants.filter(({ sku }) => skus.includes(sku)),
  }
  const bindings = env as unknown as Env
  const faked: Env = { ...bindings, INVENTORY_RPC: inventory, CATALOG_RPC: catalog }
  return { env: faked, deps: createDeps(faked), inventory }
}

/** Places an order of one tee for a fresh customer. */
export async function placedOrder(deps: Deps, customerId = newId('user')) {
  const { answer } = await placeOrder(deps, {
    customerId,
    idempotencyKey: crypto.randomUUID(),
    request: { lines: [{ sku: 'TEE', quantity: 1 }], shippingAddress: address },
  })
  return answer
}

type PaymentEvent = 'payment.succeeded' | 'payment.failed' | 'payment.refunded'

/** An event of a payment of 19.99 USD for an order. */
export function paymentEvent<T extends PaymentEvent>(
  type: T,
  order: { id: string; customerId: string },
  change: { paymentId?: string; version?: number; refundedMinor?: number } = {},
): EventOf<T> {
  const { paymentId = newId('payment'), version = 2, refundedMinor = 1999 } = change
  const amount = { amountMinor: 1999, currency: 'USD' }
  const refunded = { amountMinor: refundedMinor, currency: 'USD' }
  const data = {
    paymentId,
    orderId: order.id,
    customerId: order.customerId,
    amount,
    failureCode: 'card_declined',
    refundId: newId('refund'),
    refunded,
    refundedTotal: refunded,
    fully: refundedMinor === 1999,
    reason: 'test',
  }
  return newEvent(type, { subject: paymentId, aggregateversion: version, data })
}

/** What was said about an order, as `type → destination`. */
export async function saidOf(deps: Deps, orderId: string): Promise<string[]> {
  const rows = await deps.db.$client
    .prepare(
      `select event ->> 'type' as type from outbox where event ->> 'subject' = ? order by seq`,
    )
    .bind(orderId)
    .all<{ type: EventType }>()
  return rows.results.flatMap(({ type }) => {
    const hearers: readonly string[] = SUBSCRIPTIONS[type]
    return hearers.toSorted().map((destination) => `${type} → ${destination}`)
  })
}
