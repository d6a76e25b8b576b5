import { SUBSCRIBERS } from '@kiosk/contracts/events'
import type { Book } from '../actors/book.ts'
import type { Shop } from '../shop/shop.ts'
import { checkDelivery } from './delivery.ts'
import {
  isConfirmed,
  linesOf,
  must,
  ordersOf,
  paymentsOf,
  unitsOf,
  type OrderRow,
  type ReservationRow,
} from './facts.ts'
import { reservationOf } from './shelves.ts'
import { hasTable } from './watch.ts'

/** What is still under way; the shop is at rest when that is nothing. */
export function underWay(shop: Shop): string[] {
  const { d1, queues, objects } = shop
  const found: string[] = []
  const note = (what: string, count: number) => count > 0 && found.push(`${what}: ${count}`)
  const count = (worker: keyof typeof d1, from: string) =>
    d1[worker].sqlite.peek<{ n: number }>(`SELECT count(*) AS n FROM ${from}`)[0]?.n ?? 0
  for (const name of SUBSCRIBERS) {
    const { queue, deadLetters } = queues[name]
    note(`${name} queues that are not empty`, [queue, deadLetters].filter((q) => !q.isEmpty).length)
    note(`${name} dead letters`, count(name, 'dead_letters WHERE replayed_at IS NULL'))
  }
  for (const name of ['catalog', 'orders', 'payments'] as const) {
    const unsent = 'seq > coalesce((SELECT max(upto) FROM outbox_sent), 0)'
    note(`${name} unsent events`, count(name, `outbox WHERE ${unsent}`))
    note(`${name} late events`, count(name, 'outbox_late'))
  }
  note('pending orders', count('orders', `orders WHERE status = 'pending'`))
  note('payments to look at', count('payments', 'payments WHERE check_at IS NOT NULL'))
  note('refunds to look at', count('payments', 'refunds WHERE check_at IS NOT NULL'))
  note('messages to hand over', count('notifications', `messages WHERE status = 'pending'`))
  for (const { name: sku, storage } of objects.stock.objects.values()) {
    const { sqlite } = storage
    if (!hasTable(sqlite, 'balance')) continue
    note(
      `things due in SKU ${sku}`,
      sqlite.peek(`
        SELECT 1 FROM reservations WHERE state = 'held'
        UNION ALL SELECT 1 FROM outbox WHERE published_at IS NULL
        UNION ALL SELECT 1 FROM balance WHERE coalesce(announce_at, index_at) IS NOT NULL
        UNION ALL SELECT 1 FROM buckets WHERE sent > arrived`).length,
    )
  }
  return found
}

/** The invariants that hold when nothing is under way. @throws Violation */
export function checkAtRest(shop: Shop, book: Book): void {
  const orders = new Map(ordersOf(shop, 'true').map((order) => [order.id, order]))
  checkLedger(shop)
  checkPayments(shop, orders)
  checkBank(shop)
  checkStock(shop, orders)
  for (const order of orders.values()) checkOrder(shop, order)
  checkPromises(shop, book)
  checkDelivery(shop)
}

/** Invariant 3, over everything. */
function checkLedger({ d1 }: Shop): void {
  const rows = d1.payments.sqlite.peek<{ currency: string; off: number }>(
    `SELECT currency, sum(debit_minor) - sum(credit_minor) AS off FROM ledger_entries
     GROUP BY currency`,
  )
  for (const row of rows) must(row.off === 0, '3', 'the ledger is off balance', { ...row })
}

/** Invariant 7, for money. */
function checkPayments(shop: Shop, orders: ReadonlyMap<string, OrderRow>): void {
  for (const payment of paymentsOf(shop, 'captured_minor > 0')) {
    const order = orders.get(payment.order_id)
    const isKept = payment.status === 'succeeded' && isConfirmed(order?.status ?? '')
    const isReturned = payment.refunded_minor === payment.captured_minor
    const ids = { ...payment, orderStatus: order?.status }
    must(isKept || isReturned, '7', 'captured money belongs to no order and was not returned', ids)
  }
}

/** What the provider's own books say of each charge is what ours say. */
function checkBank(shop: Shop): void {
  const payments = new Map(paymentsOf(shop, 'true').map((payment) => [payment.id, payment]))
  for (const { name: paymentId, storage } of shop.objects.provider.objects.values()) {
    if (!hasTable(storage.sqlite, 'charge')) continue
    const [charge] = storage.sqlite.peek<{ amount_minor: number; outcome: string }>(
      'SELECT * FROM charge',
    )
    const isCaptured = charge !== undefined && statusOf(charge) === 'succeeded'
    const captured = isCaptured ? charge.amount_minor : 0
    const refunded = storage.sqlite
      .peek<{ amount_minor: number; outcome: string }>('SELECT * FROM refunds')
      .filter((refund) => statusOf(refund) === 'succeeded')
      .reduce((sum, refund) => sum + refund.amount_minor, 0)
    const payment = payments.get(paymentId)
    const ids = { paymentId, captured, refunded, payment }
    must(payment?.captured_minor === captured, '7', 'the bank has captured another amount', ids)
    must(payment?.refunded_minor === refunded, '7', 'the bank has refunded another amount', ids)
  }
}

function statusOf({ outcome }: { readonly outcome: string }): string {
  return (JSON.parse(outcome) as { status: string }).status
}

/** Invariant 7, for stock. */
function checkStock(shop: Shop, orders: ReadonlyMap<string, OrderRow>): void {
  for (const { name: sku, storage } of shop.objects.stock.objects.values()) {
    const { sqlite } = storage
    if (!hasTable(sqlite, 'reservations')) continue
    const sold = new Map<string, number>()
    const rows = sqlite.peek<ReservationRow>('SELECT * FROM reservations')
    for (const { owner, state, ...row } of rows) {
      const ids = { sku, ...row, state }
      must(state !== 'pinned' || owner === 'staff', '7', 'units stay pinned', ids)
      if (state !== 'committed' || owner !== 'orders') continue
      const order = orders.get(row.order_id)
      const isItsOwn = order?.reservation_id === row.reservation_id
      must(isItsOwn && isConfirmed(order.status), '7', 'units left for no confirmed order', ids)
      sold.set(row.order_id, row.quantity)
    }
    const moved = sqlite.peek<{ orderId: string; units: number }>(
      `SELECT reference AS orderId, -sum(delta) AS units FROM movements
       WHERE reason IN ('sale', 'return') AND reference LIKE 'ord_%' GROUP BY reference`,
    )
    for (const { orderId, units } of moved) {
      const ids = { sku, orderId, units, committed: sold.get(orderId) ?? 0 }
      must(units === ids.committed, '7', 'the movements of an order are not its units', ids)
    }
  }
}

/** Invariants 2 and 7, for an order, and what it knows of its payment. */
function checkOrder(shop: Shop, order: OrderRow): void {
  const { id: orderId, reservation_id: reservationId, status } = order
  for (const [sku] of unitsOf(linesOf(shop, orderId))) {
    const row = reservationOf(shop, sku, reservationId)
    const expected = isConfirmed(status) ? ['committed'] : ['released']
    const ids = { orderId, status, sku, reservation: row?.state }
    must(expected.includes(row?.state ?? 'none'), '7', 'an order has the wrong stock', ids)
  }
  const [payment] = paymentsOf(shop, 'id = ?', order.payment_id)
  if (payment === undefined) return
  const ids = { orderId, paymentId: payment.id, ...order }
  must(order.refunded_minor === payment.refunded_minor, '8', 'an order knows another refund', ids)
  const refunded = payment.refunded_minor === 0 ? 'paid' : 'partially_refunded'
  const isAll = payment.refunded_minor > 0 && payment.refunded_minor === order.total_minor
  const said = isAll ? 'refunded' : refunded
  must(order.payment_status === said, '8', 'an order says something else of its payment', ids)
}

/** Whoever got a 201 has what it promised, and its key makes no second one. */
function checkPromises({ d1 }: Shop, { promised }: Book): void {
  const tables = [
    ['order', d1.orders.sqlite, 'orders'],
    ['payment', d1.payments.sqlite, 'payments'],
    ['refund', d1.payments.sqlite, 'refunds'],
  ] as const
  for (const [route, sqlite, table] of tables) {
    const rows = sqlite.peek<{ id: string; claimed: number }>(
      `SELECT id, id IN (SELECT resource_id FROM idempotency_claims) AS claimed FROM ${table}`,
    )
    const made = new Set(rows.map(({ id }) => id))
    for (const id of promised[route])
      must(made.has(id), '5', 'a 201 was answered for nothing', { id })
    // A refund that nobody asked for, of a cancelled order for example, has no key.
    const free = route === 'refund' ? [] : rows.filter(({ claimed }) => claimed === 0)
    must(free.length === 0, '5', 'what a key has made is not remembered under it', { free })
  }
}
