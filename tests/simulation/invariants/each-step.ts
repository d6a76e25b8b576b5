import type { MemoryObject } from '../platform/memory-object.ts'
import type { Shop } from '../shop/shop.ts'
import {
  isConfirmed,
  linesOf,
  must,
  ordersOf,
  paymentsOf,
  unitsOf,
  type OrderRow,
  type PaymentRow,
} from './facts.ts'
import { checkBuckets, reservationOf, skuOf } from './shelves.ts'
import { hasTable, Watch } from './watch.ts'

/** The invariants of the design that hold at every moment, checked for what the last step has changed. */
export class StepInvariants {
  readonly #shop: Shop
  readonly #orders: Watch
  readonly #paidOrders: Watch
  readonly #refunded: Watch
  readonly #bookings: Watch
  readonly #reservations = new Map<MemoryObject, Watch>()

  constructor(shop: Shop) {
    this.#shop = shop
    this.#orders = new Watch(shop.d1.orders.sqlite, 'orders', 'id')
    const { sqlite } = shop.d1.payments
    this.#paidOrders = new Watch(sqlite, 'payments', 'order_id')
    this.#refunded = new Watch(sqlite, 'refunds', 'payment_id')
    this.#bookings = new Watch(sqlite, 'ledger_entries', 'transaction_id')
  }

  /** @throws Violation */
  check(): void {
    const { d1, objects } = this.#shop
    const orders = new Set<string>()
    if (lowered(d1.orders)) for (const id of this.#orders.take()) orders.add(id)
    if (lowered(d1.payments)) {
      for (const id of this.#paidOrders.take()) orders.add(id)
      for (const id of this.#refunded.take()) checkRefunds(this.#shop, id)
      for (const id of this.#bookings.take()) checkBooking(this.#shop, id)
    }
    const changed = new Set<string>()
    for (const object of objects.stock.objects.values()) {
      if (!lowered(object.storage) || !hasTable(object.storage.sqlite, 'balance')) continue
      checkBalance(object)
      changed.add(skuOf(object))
      for (const id of this.#reservationsOf(object).take()) orders.add(id)
    }
    for (const sku of changed) checkBuckets(this.#shop, sku)
    for (const id of orders) this.#checkOrder(id)
  }

  #reservationsOf(object: MemoryObject): Watch {
    let watch = this.#reservations.get(object)
    if (watch === undefined) {
      watch = new Watch(object.storage.sqlite, 'reservations', 'order_id')
      this.#reservations.set(object, watch)
    }
    return watch
  }

  #checkOrder(id: string): void {
    for (const payment of paymentsOf(this.#shop, 'order_id = ?', id)) {
      checkCapture(this.#shop, payment)
    }
    const [order] = ordersOf(this.#shop, 'id = ?', id)
    if (order === undefined) return
    checkTotal(this.#shop, order)
    if (isConfirmed(order.status)) checkConfirmed(this.#shop, order)
  }
}

/** Whether something may have changed since this was last asked. */
function lowered({ sqlite }: { readonly sqlite: { isChanged: boolean } }): boolean {
  const { isChanged } = sqlite
  sqlite.isChanged = false
  return isChanged
}

/** Invariant 1. */
function checkBalance({ name: sku, storage: { sqlite } }: MemoryObject): void {
  const [row] = sqlite.peek<Record<'onHand' | 'reserved' | 'moved' | 'held' | 'last', number>>(`
    SELECT on_hand AS onHand, reserved,
      (SELECT coalesce(sum(delta), 0) FROM movements) AS moved,
      (SELECT coalesce(sum(quantity), 0) FROM reservations
        WHERE state IN ('held', 'pinned')) AS held,
      coalesce((SELECT on_hand FROM movements ORDER BY id DESC LIMIT 1), 0) AS last
    FROM balance`)
  if (row === undefined) return
  const ids = { sku, ...row }
  must(row.onHand === row.moved, '1', 'the movements do not add up to what is on hand', ids)
  must(row.onHand === row.last, '1', 'the last movement left another balance', ids)
  must(row.reserved >= 0 && row.reserved <= row.onHand, '1', 'the SKU is oversold', ids)
  must(row.reserved === row.held, '1', 'the reservations do not add up to what is reserved', ids)
}

/** Invariant 2. */
function checkConfirmed(shop: Shop, order: OrderRow): void {
  const { id: orderId, reservation_id: reservationId } = order
  for (const [sku, quantity] of unitsOf(linesOf(shop, orderId))) {
    const row = reservationOf(shop, sku, reservationId)
    const isCommitted = row?.state === 'committed' && row.quantity === quantity
    const ids = { orderId, reservationId, sku, quantity, found: row }
    must(isCommitted, '2', 'a confirmed order has a line that is not committed', ids)
  }
  const captured = paymentsOf(shop, `order_id = ? AND status = 'succeeded'`, orderId)
  const [payment] = captured
  const isPaid =
    captured.length === 1 &&
    payment?.captured_minor === order.total_minor &&
    payment.currency === order.currency &&
    payment.id === order.payment_id
  const ids = { orderId, payments: captured.map(({ id }) => id), knows: order.payment_id }
  must(isPaid, '2', 'a confirmed order does not have exactly one capture of its total', ids)
}

/** Invariant 3, for a payment: what was captured is booked, once. */
function checkCapture({ d1 }: Shop, payment: PaymentRow): void {
  const [booked] = d1.payments.sqlite.peek<{ minor: number }>(
    'SELECT coalesce(sum(debit_minor), 0) AS minor FROM ledger_entries WHERE transaction_id = ?',
    `capture:${payment.id}`,
  )
  const ids = { paymentId: payment.id, captured: payment.captured_minor, booked: booked?.minor }
  must(booked?.minor === payment.captured_minor, '3', 'the ledger has another capture', ids)
}

/** Invariant 3, for a booking. */
function checkBooking({ d1 }: Shop, transactionId: string): void {
  const rows = d1.payments.sqlite.peek<{ currency: string; off: number }>(
    `SELECT currency, sum(debit_minor) - sum(credit_minor) AS off FROM ledger_entries
     WHERE transaction_id = ? GROUP BY currency`,
    transactionId,
  )
  for (const { currency, off } of rows) {
    must(off === 0, '3', 'debits are not credits', { transactionId, currency, off })
  }
}

/** Invariant 3, for refunds. */
function checkRefunds(shop: Shop, paymentId: string): void {
  const [payment] = paymentsOf(shop, 'id = ?', paymentId)
  const [sums] = shop.d1.payments.sqlite.peek<Record<'taken' | 'paid' | 'booked', number>>(
    `SELECT coalesce(sum(iif(status <> 'failed', amount_minor, 0)), 0) AS taken,
       coalesce(sum(iif(status = 'succeeded', amount_minor, 0)), 0) AS paid,
       (SELECT coalesce(sum(debit_minor), 0) FROM ledger_entries
         WHERE payment_id = ?1 AND account = 'refunds') AS booked
     FROM refunds WHERE payment_id = ?1`,
    paymentId,
  )
  const ids = { paymentId, ...sums, captured: payment?.captured_minor }
  must(
    (sums?.taken ?? 0) <= (payment?.captured_minor ?? 0),
    '3',
    'more is refunded than captured',
    ids,
  )
  must(
    sums?.paid === payment?.refunded_minor,
    '3',
    'the refunds are not what the payment says',
    ids,
  )
  must(sums?.paid === sums?.booked, '3', 'the refunds are not what the ledger says', ids)
}

/** Invariant 6. */
function checkTotal(shop: Shop, order: OrderRow): void {
  const lines = linesOf(shop, order.id)
  const sum = (amount: (line: (typeof lines)[number]) => number) =>
    lines.reduce((total, line) => total + amount(line), 0)
  const goods = sum((line) => line.quantity * line.unit_price_minor)
  const discount = sum((line) => line.discount_minor)
  const tax = sum((line) => line.tax_minor)
  const { subtotal_minor: subtotal, total_minor: total, shipping_minor: shipping } = order
  const isRight =
    lines.length > 0 &&
    subtotal === goods &&
    total === goods - discount + shipping + tax &&
    Number.isSafeInteger(total)
  must(isRight, '6', 'the total is not the sum of the lines', { orderId: order.id, goods, total })
}
