import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * The databases of a shop, read from outside: what the shop says of itself is not the only witness.
 * They may be read while it runs.
 */
export interface Books {
  readonly orders: readonly OrderRow[]
  readonly payments: readonly PaymentRow[]
  /** Debits less credits, per currency: 0 each. */
  readonly ledger: readonly { currency: string; balance: number }[]
  /** What the payment provider has charged, per payment. */
  readonly charges: ReadonlyMap<string, number>
  readonly skus: readonly SkuRow[]
  /** The orders that a confirmation was written about, once per mail. */
  readonly confirmations: readonly string[]
  /** Messages that no queue has taken yet. */
  readonly unsent: number
  readonly deadLetters: number
}

export interface OrderRow {
  readonly id: string
  readonly status: string
  readonly paymentStatus: string
  readonly totalMinor: number
}

export interface PaymentRow {
  readonly id: string
  readonly orderId: string
  readonly status: string
  readonly capturedMinor: number
  readonly refundedMinor: number
}

export interface SkuRow {
  readonly sku: string
  readonly onHand: number
  readonly reserved: number
  /** All movements together. */
  readonly moved: number
  /** The orders that units left for: one entry per sale. */
  readonly sales: readonly { orderId: string; units: number }[]
  /** The orders that units are set aside for. */
  readonly holds: readonly { orderId: string; units: number }[]
}

export function readBooks(state: string): Books {
  const d1 = databasesIn(state, 'd1/miniflare-D1DatabaseObject')
  const skus = databasesIn(state, 'do/kiosk-inventory-SkuStock')
  const provider = databasesIn(state, 'do/kiosk-payments-SimulatedProvider')
  return {
    orders: d1.all(
      'orders',
      'SELECT id, status, payment_status, total_minor FROM orders',
      (row) => ({
        id: String(row['id']),
        status: String(row['status']),
        paymentStatus: String(row['payment_status']),
        totalMinor: Number(row['total_minor']),
      }),
    ),
    payments: d1.all(
      'payments',
      'SELECT id, order_id, status, captured_minor, refunded_minor FROM payments',
      (row) => ({
        id: String(row['id']),
        orderId: String(row['order_id']),
        status: String(row['status']),
        capturedMinor: Number(row['captured_minor']),
        refundedMinor: Number(row['refunded_minor']),
      }),
    ),
    ledger: d1.all(
      'ledger_entries',
      `SELECT currency, sum(debit_minor) - sum(credit_minor) AS balance FROM ledger_entries
       GROUP BY currency`,
      (row) => ({ currency: String(row['currency']), balance: Number(row['balance']) }),
    ),
    charges: new Map(
      provider.all(
        'charge',
        `SELECT key, amount_minor FROM charge WHERE outcome LIKE '%"succeeded"%'`,
        (row) => [String(row['key']), Number(row['amount_minor'])] as const,
      ),
    ),
    skus: skus.each('balance', readSku),
    confirmations: d1.all(
      'messages',
      `SELECT order_id FROM messages WHERE template = 'order_confirmed' AND channel = 'email'`,
      (row) => String(row['order_id']),
    ),
    unsent: sum([
      ...d1.all('outbox', UNSENT, countOf),
      ...skus.all('outbox', UNSENT_OF_SKU, countOf),
    ]),
    deadLetters: sum(d1.all('dead_letters', 'SELECT count(*) AS n FROM dead_letters', countOf)),
  }
}

const UNSENT = `SELECT count(*) AS n FROM outbox
  WHERE seq > coalesce((SELECT max(upto) FROM outbox_sent), 0)
    OR seq IN (SELECT seq FROM outbox_late)`
const UNSENT_OF_SKU = 'SELECT count(*) AS n FROM outbox WHERE published_at IS NULL'

type Row = Record<string, unknown>

function readSku(database: DatabaseSync): SkuRow[] {
  const perOrder = (query: string) =>
    database
      .prepare(query)
      .all()
      .map((row) => ({ orderId: String(row['order_id']), units: Number(row['quantity']) }))
  const moved = database.prepare('SELECT coalesce(sum(delta), 0) AS n FROM movements').get()
  return database
    .prepare('SELECT sku, on_hand, reserved FROM balance')
    .all()
    .map((row) => ({
      sku: String(row['sku']),
      onHand: Number(row['on_hand']),
      reserved: Number(row['reserved']),
      moved: Number(moved?.['n']),
      sales: perOrder(`SELECT order_id, quantity FROM reservations WHERE state = 'committed'`),
      holds: perOrder(
        `SELECT order_id, quantity FROM reservations WHERE state IN ('held', 'pinned')`,
      ),
    }))
}

function databasesIn(state: string, folder: string) {
  const path = join(state, 'v3', folder)
  const files = readdirSync(path).filter((file) => file.endsWith('.sqlite'))

  /** Asks every database of the folder that has a table. */
  function each<T>(table: string, ask: (database: DatabaseSync) => T[]): T[] {
    return files.flatMap((file) => {
      const database = new DatabaseSync(join(path, file), { readOnly: true, timeout: 5_000 })
      try {
        const found = database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table)
        return found === undefined ? [] : ask(database)
      } finally {
        database.close()
      }
    })
  }

  function all<T>(table: string, query: string, read: (row: Row) => T): T[] {
    return each(table, (database) => database.prepare(query).all().map(read))
  }

  return { each, all }
}

function countOf(row: Row): number {
  return Number(row['n'])
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
