import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { askUntilAnswered, type Answer, type Call } from './client.ts'
import { untilQuiet } from './quiet.ts'
import type { Outage, Row } from './seam/protocol.ts'
import type { ProvingShop } from './shop.ts'

/** Not too often: with several systems on a few cores, asking is what they all wait for. */
const POLL_MS = 150
const PAYMENTS_MAX = 3

const address = {
  name: 'Ada',
  line1: 'Street 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

/** A call under an idempotency key, and the first definite answer to it. */
export interface KeyedCall {
  readonly call: Call
  readonly answer: Answer
}

/** What one run of a journey acts with, and what it leaves for the checks. */
export class Stage {
  readonly shop: ProvingShop
  readonly skus: readonly string[]
  readonly startedAt = Date.now()
  readonly keyed: KeyedCall[] = []
  /** Customers and what each of them has ordered. */
  readonly orders: { readonly id: string; readonly token: string }[] = []
  readonly #broken: { worker: string; outage: Outage }[] = []

  constructor(shop: ProvingShop, skus: readonly string[]) {
    this.shop = shop
    this.skus = skus
  }

  get ada(): string {
    return this.shop.customers[0]
  }

  get bob(): string {
    return this.shop.customers[1]
  }

  /** Asks until there is a definite answer. */
  ask(token: string, call: Call): Promise<Answer> {
    return askUntilAnswered(this.shop.system.url, { token, ...call })
  }

  /** The same for a call that takes a key, whose answer must never change. */
  async askOnce(token: string, call: Call): Promise<Answer> {
    const keyed = { token, key: randomUUID(), ...call }
    const answer = await this.ask(token, keyed)
    if (answer.status === 201) this.keyed.push({ call: keyed, answer })
    return answer
  }

  /** Orders one unit of each SKU. Returns the order, or null when there was not enough. */
  async order(token = this.ada): Promise<{ id: string; expiresAt: number } | null> {
    const lines = this.skus.map((sku) => ({ sku, quantity: 1 }))
    const body = { lines, shippingAddress: address }
    const { status, body: order } = await this.askOnce(token, { path: '/v1/orders', body })
    if (status !== 201) return null
    const id = String(order['id'])
    this.orders.push({ id, token })
    return { id, expiresAt: Date.parse(String(order['expiresAt'])) }
  }

  /**
   * Pays with a card, again if the bank could not be reached. Returns the payment as it stands when the
   * provider has decided, or null when refused.
   */
  async pay(orderId: string, card: string, token = this.ada): Promise<Payment | null> {
    const body = { orderId, token: card }
    for (let attempt = 1; ; attempt++) {
      const { status, body: payment } = await this.askOnce(token, { path: '/v1/payments', body })
      if (status !== 201) return null
      const decided = await this.decided(token, String(payment['id']))
      if (decided.failureCode !== 'provider_unreachable' || attempt === PAYMENTS_MAX) return decided
    }
  }

  /** Confirms a payment, again if the bank did not hear of it, and waits until it is decided. */
  async confirm(paymentId: string, token = this.ada): Promise<void> {
    for (let attempt = 1; attempt <= PAYMENTS_MAX; attempt++) {
      await this.ask(token, { path: `/v1/payments/${paymentId}/confirm`, body: {} })
      const { status } = await this.decided(token, paymentId)
      if (status !== 'requires_action') return
    }
  }

  /** Waits until a payment is no longer processing. */
  async decided(token: string, id: string): Promise<Payment> {
    for (;;) {
      const { body } = await this.ask(token, { path: `/v1/payments/${id}` })
      const { status, failureCode } = body
      if (status !== 'processing') return { id, status: String(status), failureCode }
      await sleep(POLL_MS)
    }
  }

  /** Cancels, however often it takes: an order that is cancelled cannot be cancelled again. */
  async cancel(orderId: string, token = this.ada): Promise<void> {
    await this.ask(token, { path: `/v1/orders/${orderId}/cancel`, body: {} })
  }

  /** Moves an order on. That it has moved already is as good. */
  async move(orderId: string, status: 'shipped' | 'delivered'): Promise<void> {
    const path = `/v1/orders/${orderId}/status`
    await this.ask(this.shop.staff, { method: 'PATCH', path, body: { status } })
  }

  async refund(paymentId: string, amountMinor?: number): Promise<Answer> {
    const amount = amountMinor === undefined ? {} : { amount: usd(amountMinor) }
    return this.askOnce(this.shop.staff, {
      path: `/v1/payments/${paymentId}/refunds`,
      body: { ...amount, reason: 'returned' },
    })
  }

  /** Waits until nothing is in flight. */
  quiet(): Promise<void> {
    return untilQuiet(this.shop.system, this.skus)
  }

  /** Puts something out of order until it is mended. */
  async break(worker: string, where: readonly string[]): Promise<void> {
    const outage = { name: randomUUID(), where }
    this.#broken.push({ worker, outage })
    await this.shop.system.seam({ gateway: {}, [worker]: { break: outage } })
  }

  async mendAll(): Promise<void> {
    for (const { worker, outage } of this.#broken.splice(0)) {
      await this.shop.system.seam({ gateway: {}, [worker]: { mend: outage.name } })
    }
  }

  /** Waits until a query of a Worker's own database finds something, for a while. */
  async until(worker: string, sql: string, patienceMs = 15_000): Promise<Row | null> {
    const deadline = Date.now() + patienceMs
    for (;;) {
      const replies = await this.shop.system.seam({
        gateway: {},
        [worker]: { read: { sql: [sql] } },
      })
      const row = replies[worker]?.rows?.[0]?.[0]
      if (row !== undefined) return row
      if (Date.now() > deadline) return null
      await sleep(POLL_MS)
    }
  }
}

export interface Payment {
  readonly id: string
  readonly status: string
  readonly failureCode: unknown
}

export function usd(amountMinor: number) {
  return { amountMinor, currency: 'USD' }
}
