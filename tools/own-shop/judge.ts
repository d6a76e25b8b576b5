import type { Books, SkuRow } from './books.ts'
import type { Lines } from './shopkeeper.ts'

/** An order that a buyer was told of with a 201. */
export interface Deal {
  readonly orderId: string
  readonly lines: Lines
  /** The payment that the buyer was told has succeeded. */
  readonly paymentId: string | undefined
}

/**
 * Holds what buyers were told against the books. Every sentence that comes back is a broken promise; for
 * a shop in which all has settled and nothing was cancelled or refunded.
 */
export function judge(books: Books, deals: readonly Deal[]): string[] {
  return [
    ...judgeOrders(books, deals),
    ...judgeMoney(books, deals),
    ...books.skus.flatMap((sku) => judgeStock(sku, deals)),
    ...deals.flatMap((deal) => judgeMail(books, deal)),
    ...(books.unsent === 0 ? [] : [`${books.unsent} messages were never sent`]),
    ...(books.deadLetters === 0 ? [] : [`${books.deadLetters} messages are dead letters`]),
  ]
}

/** Units set aside for orders that do not exist: what a crash left, until their deadline. */
export function abandonedUnits({ orders, skus }: Pick<Books, 'orders' | 'skus'>): number {
  const known = new Set(orders.map(({ id }) => id))
  return skus
    .flatMap(({ holds }) => holds)
    .filter(({ orderId }) => !known.has(orderId))
    .reduce((units, hold) => units + hold.units, 0)
}

function judgeOrders({ orders }: Books, deals: readonly Deal[]): string[] {
  const byId = new Map(orders.map((order) => [order.id, order]))
  const told = new Set(deals.map(({ orderId }) => orderId))
  return [
    ...[...told].filter((id) => !byId.has(id)).map((id) => `${id} got a 201 and does not exist`),
    ...orders.filter(({ id }) => !told.has(id)).map(({ id }) => `nobody was told of ${id}`),
    ...deals.flatMap(({ orderId, paymentId }) => {
      const order = byId.get(orderId)
      if (order === undefined || paymentId === undefined) return []
      const state = `${order.status} and ${order.paymentStatus}`
      return state === 'processing and paid' ? [] : [`${orderId} is paid for and is ${state}`]
    }),
    ...(told.size === deals.length ? [] : ['two buyers were told of the same order']),
  ]
}

function judgeMoney(
  { orders, payments, charges, ledger }: Books,
  deals: readonly Deal[],
): string[] {
  const captured = payments.filter(({ capturedMinor }) => capturedMinor > 0)
  const byId = new Map(captured.map((payment) => [payment.id, payment]))
  const totals = new Map(orders.map(({ id, totalMinor }) => [id, totalMinor]))
  const perOrder = Map.groupBy(captured, ({ orderId }) => orderId)
  return [
    ...ledger
      .filter(({ balance }) => balance !== 0)
      .map(({ currency, balance }) => `the ledger is out of balance by ${balance} ${currency}`),
    ...[...charges.keys()]
      .filter((id) => !byId.has(id))
      .map((id) => `${id} was charged by the provider and is not captured`),
    ...captured.flatMap(({ id, orderId, capturedMinor, refundedMinor }) => [
      ...(charges.get(id) === capturedMinor ? [] : [`${id} is captured, not charged as much`]),
      ...(totals.get(orderId) === capturedMinor ? [] : [`${id} is not what ${orderId} costs`]),
      ...(refundedMinor === 0 ? [] : [`${id} was refunded`]),
    ]),
    ...[...perOrder]
      .filter(([, paid]) => paid.length > 1)
      .map(([orderId, paid]) => `${orderId} was paid ${paid.length} times`),
    ...deals
      .filter(({ paymentId }) => paymentId !== undefined && !byId.has(paymentId))
      .map(({ paymentId }) => `${paymentId} has succeeded and is not captured`),
  ]
}

function judgeStock(row: SkuRow, deals: readonly Deal[]): string[] {
  const { sku, onHand, reserved, moved } = row
  const held = row.holds.reduce((units, hold) => units + hold.units, 0)
  const sales = Map.groupBy(row.sales, ({ orderId }) => orderId)
  const bought = deals.filter(({ paymentId }) => paymentId !== undefined)
  const wanted = new Map(
    bought.map(({ orderId, lines }) => [
      orderId,
      lines.filter((line) => line.sku === sku).reduce((units, line) => units + line.quantity, 0),
    ]),
  )
  return [
    ...(onHand === moved ? [] : [`${sku} has ${onHand}, its movements make ${moved}`]),
    ...(held === reserved ? [] : [`${sku} has ${reserved} reserved, its holds make ${held}`]),
    ...(reserved >= 0 && reserved <= onHand
      ? []
      : [`${sku} has ${reserved} of ${onHand} reserved`]),
    ...[...wanted].flatMap(([orderId, units]) => {
      const left = (sales.get(orderId) ?? []).reduce((sum, sale) => sum + sale.units, 0)
      return left === units ? [] : [`${orderId} is paid for ${units} of ${sku}, ${left} left`]
    }),
    ...[...sales.keys()]
      .filter((orderId) => !wanted.has(orderId))
      .map((orderId) => `${sku} left for ${orderId}, which nobody paid`),
  ]
}

function judgeMail({ confirmations }: Books, { orderId, paymentId }: Deal): string[] {
  const count = confirmations.filter((id) => id === orderId).length
  const expected = paymentId === undefined ? 0 : 1
  return count === expected ? [] : [`${orderId} has ${count} confirmation mails, not ${expected}`]
}
