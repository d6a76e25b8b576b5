import type { EventType } from '@kiosk/contracts/events'
import { money } from '@kiosk/contracts/primitives/money'
import { ok } from '@kiosk/contracts/primitives/result'
import type { OrdersRpc } from '@kiosk/contracts/rpc/orders'
import { newId } from '@kiosk/kit/ids'
import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { createDeps, type Deps } from '../src/deps.ts'
import type { Payment } from '../src/domain/payment.ts'
import type { Refund } from '../src/domain/refund.ts'
import type { Env } from '../src/env.ts'
import { closeOrder } from '../src/operations/close-order.ts'
import { initiatePayment } from '../src/operations/initiate-payment.ts'
import { reconcile } from '../src/operations/reconcile.ts'
import { refundPayment } from '../src/operations/refund-payment.ts'
import { loadPayment } from '../src/store/payment-store.ts'
import { Bank } from './bank.ts'

export const testEnv = env as unknown as Env

const PRICE_MINOR = 1999

/**
 * Payments with a real database, a bank in memory, orders that are always payable, and a clock that
 * only moves when told. Reconciliation runs when called.
 */
export class Shop {
  readonly bank = new Bank()
  readonly orderId = newId('order')
  readonly customerId = newId('user')
  priceMinor = PRICE_MINOR
  clock = Date.now()
  deps: Deps

  constructor(config: Partial<Deps['config']> = {}) {
    const real = createDeps(testEnv)
    this.deps = {
      ...real,
      config: { ...real.config, RECONCILE_FIRST_MS: 10_000, ...config },
      orders: this.#orders(),
      reconciler: { awake: async () => {}, arm: async () => {}, nudge: () => {} },
      findProvider: () => this.bank,
      now: () => this.clock,
    }
  }

  pay(token = 'tok_ok', idempotencyKey: string = crypto.randomUUID(), deps = this.deps) {
    const { customerId, orderId } = this
    return initiatePayment(deps, {
      principalId: customerId,
      customerId,
      idempotencyKey,
      request: { orderId, token },
    })
  }

  /** Pays, and loads what was written. */
  async paid(token?: string): Promise<Payment> {
    return this.payment((await this.pay(token)).answer.id)
  }

  async payment(id: string): Promise<Payment> {
    const payment = await loadPayment(this.deps.db, id)
    if (payment === null) throw new Error(`there is no payment ${id}`)
    return payment
  }

  async refund(id: string, amountMinor?: number, key: string = crypto.randomUUID()) {
    const amount = amountMinor === undefined ? {} : { amount: money(amountMinor, 'USD') }
    return refundPayment(this.deps, {
      principalId: 'usr_staff',
      idempotencyKey: key,
      payment: await this.payment(id),
      request: { ...amount, reason: 'broken' },
    })
  }

  close(eventId = newId('event')): Promise<void> {
    const event = { id: eventId }
    return closeOrder(this.deps, { orderId: this.orderId, reason: 'customer', event })
  }

  /** Lets time pass, then reconciles. */
  async reconcileAfter(ms: number): Promise<number | null> {
    this.clock += ms
    return reconcile(this.deps)
  }

  async payments(): Promise<Payment[]> {
    const rows = await all<{ id: string }>(
      'SELECT id FROM payments WHERE order_id = ? ORDER BY id',
      this.orderId,
    )
    return Promise.all(rows.map(({ id }) => this.payment(id)))
  }

  refunds(): Promise<Pick<Refund, 'id' | 'amountMinor' | 'reason' | 'status'>[]> {
    return all(
      `SELECT refunds.id, refunds.amount_minor AS amountMinor, reason, refunds.status FROM refunds
       JOIN payments ON payments.id = payment_id WHERE order_id = ? ORDER BY refunds.id`,
      this.orderId,
    )
  }

  /** What was said about the order's payments, each event once. */
  async said(): Promise<{ type: EventType; data: Record<string, unknown> }[]> {
    const rows = await all<{ event: string }>(
      `SELECT event FROM outbox WHERE event LIKE '%' || ? || '%'
       ORDER BY json_extract(event, '$.aggregateversion'), seq`,
      this.orderId,
    )
    return rows.map((row) => JSON.parse(row.event) as { type: EventType; data: never })
  }

  async saidTypes(): Promise<EventType[]> {
    return (await this.said()).map(({ type }) => type)
  }

  #orders(): OrdersRpc {
    return {
      payable: async () =>
        ok({
          orderId: this.orderId,
          number: '1',
          customerId: this.customerId,
          amount: money(this.priceMinor, 'USD'),
          deadline: this.clock + 600_000,
        }),
    }
  }
}

export async function all<T>(query: string, ...values: unknown[]): Promise<T[]> {
  const { results } = await testEnv.DB.prepare(query)
    .bind(...values)
    .all<T>()
  return results
}

/**
 * Debits equal credits, the ledger tells what the payments tell, and no refund exceeds its capture.
 */
export async function expectBooksInOrder(): Promise<void> {
  const unbalanced = await all(
    `SELECT transaction_id FROM ledger_entries GROUP BY transaction_id, currency
     HAVING sum(debit_minor) <> sum(credit_minor)`,
  )
  expect(unbalanced).toEqual([])
  const wrong = await all(
    `SELECT id FROM payments WHERE captured_minor - refunded_minor <> (
       SELECT coalesce(sum(debit_minor - credit_minor), 0) FROM ledger_entries
       WHERE payment_id = payments.id AND account = 'provider_balance')
     OR captured_minor < (
       SELECT coalesce(sum(amount_minor), 0) FROM refunds
       WHERE payment_id = payments.id AND status <> 'failed')
     OR refunded_minor <> (
       SELECT coalesce(sum(amount_minor), 0) FROM refunds
       WHERE payment_id = payments.id AND status = 'succeeded')`,
  )
  expect(wrong).toEqual([])
}

/**
 * Deps that have something happen right before their nth commit: after all that it was decided on
 * was read.
 */
export function meanwhile(deps: Deps, commit: number, happens: () => Promise<unknown>): Deps {
  let commits = 0
  return {
    ...deps,
    commit: async (statements, events) => {
      commits += 1
      if (commits === commit) await happens()
      return deps.commit(statements, events)
    },
  }
}

/** Deps whose nth commit fails, as if the Worker had died there. */
export function dyingAt(deps: Deps, commit: number): Deps {
  return meanwhile(deps, commit, () => Promise.reject(new Error('died')))
}
