import type { Ids } from '@kiosk/contracts/rpc/audit'
import { newId } from '@kiosk/kit/ids'
import { expect } from 'vitest'
import type { WorkerName } from '../../tools/build.ts'
import { eventually } from './harness.ts'
import { bought, type Person, placed, type Shop } from './shop.ts'

/** Long ago. */
export const THEN = Date.parse('2020-01-01T00:00:00.000Z')

type Value = string | number | null

/** The data of a shop, with nobody between it and whoever damages it. */
export class Vandal {
  readonly shop: Shop
  readonly ada: Person

  constructor(shop: Shop, ada: Person) {
    this.shop = shop
    this.ada = ada
  }

  async sql<Row>(worker: WorkerName, sql: string, ...values: Value[]): Promise<Row[]> {
    const { DB } = await this.shop.system.worker<{ DB: D1Database }>(worker).getEnv()
    const { results } = await DB.prepare(sql)
      .bind(...values)
      .all<Row>()
    return results
  }

  /** In the object of a SKU. */
  async stock<Row>(sku: string, sql: string, ...values: Value[]): Promise<Row[]> {
    const inventory = this.shop.system.worker('inventory')
    const storage = await inventory.getDurableObjectStorage('SkuStock', { name: sku })
    return (await storage.exec(sql, ...values)) as Row[]
  }

  /** A stocked SKU whose object has nothing left to do. */
  async quietSku(onHand = 5): Promise<string> {
    const sku = await this.shop.sku(onHand)
    await this.quiet(sku)
    return sku
  }

  async quiet(sku: string): Promise<void> {
    await eventually(async () => {
      const [balance] = await this.stock(sku, 'SELECT announce_at, index_at FROM balance')
      expect(balance).toEqual({ announce_at: null, index_at: null })
      const shown = await this.sql('catalog', 'SELECT 1 FROM stock WHERE sku = ?', sku)
      expect(shown).toHaveLength(1)
    })
  }

  async bought() {
    const sku = await this.shop.sku(5)
    const { order, payment } = await bought(this.ada, sku)
    await this.quiet(sku)
    return { sku, orderId: order.id, paymentId: payment.id }
  }

  async placed() {
    const sku = await this.shop.sku(5)
    const order = await placed(this.ada, sku)
    await this.quiet(sku)
    return { sku, orderId: order.id }
  }

  /** A payment like another one, with some columns changed. */
  async forgePayment(like: string, change: Record<string, Value>): Promise<string> {
    const [row] = await this.sql<Record<string, Value>>(
      'payments',
      'SELECT * FROM payments WHERE id = ?',
      like,
    )
    const forged: Record<string, Value> = { ...row, id: newId('payment'), ...change }
    const columns = Object.keys(forged)
    const marks = columns.map(() => '?').join(', ')
    const insert = `INSERT INTO payments (${columns.join(', ')}) VALUES (${marks})`
    await this.sql('payments', insert, ...Object.values(forged))
    return String(forged['id'])
  }

  async forgeRefund(paymentId: string, amountMinor: number): Promise<void> {
    await this.sql(
      'payments',
      `INSERT INTO refunds (id, payment_id, amount_minor, currency, reason, status, traceparent,
         created_at, updated_at) VALUES (?, ?, ?, 'USD', 'planted', 'succeeded', '', ?, ?)`,
      newId('refund'),
      paymentId,
      amountMinor,
      THEN,
      THEN,
    )
  }

  async book(paymentId: string, account: string, debit: number, credit: number): Promise<void> {
    await this.sql(
      'payments',
      `INSERT INTO ledger_entries (transaction_id, payment_id, account, debit_minor, credit_minor,
         currency, created_at) VALUES (?, ?, ?, ?, ?, 'USD', ?)`,
      `planted:${paymentId}`,
      paymentId,
      account,
      debit,
      credit,
      THEN,
    )
  }

  /** A reservation that nobody asked for. */
  async forgeReservation(sku: string, state: string, expiresAt: number | null): Promise<Ids> {
    const ids = { orderId: newId('order'), reservationId: newId('reservation') }
    await this.stock(
      sku,
      `INSERT INTO reservations (reservation_id, order_id, quantity, fingerprint, owner,
         several_lines, traceparent, taken_at, state, expires_at, changed_at)
       VALUES (?, ?, 1, 'planted', 'orders', 0, '', ?, ?, ?, ?)`,
      ids.reservationId,
      ids.orderId,
      THEN,
      state,
      expiresAt,
      THEN,
    )
    return { ...ids, sku }
  }

  /** The event about an order whose mail its customer got, without any trace of that. */
  async forgetMail(orderId: string): Promise<string> {
    return eventually(async () => {
      const [row] = await this.sql<{ id: string }>(
        'orders',
        `SELECT event ->> '$.id' AS id FROM outbox WHERE event ->> '$.subject' = ?
           AND seq <= (SELECT max(upto) FROM outbox_sent)`,
        orderId,
      )
      const forgotten = await this.sql(
        'notifications',
        'DELETE FROM messages WHERE event_id = ? RETURNING id',
        row?.id ?? '',
      )
      expect(forgotten).toHaveLength(1)
      return row?.id ?? ''
    })
  }
}
