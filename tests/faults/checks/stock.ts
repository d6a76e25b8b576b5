import { idFloor } from '@kiosk/kit/ids'
import type { Facts, StockFacts } from './facts.ts'
import { PAID_STATUSES, sum, type Violation, wrong } from './violation.ts'

/** Balances follow from movements and reservations, and reservations from orders. */
export function* checkStock(facts: Facts): Iterable<Violation> {
  for (const stock of facts.stock) {
    yield* checkBalance(stock)
    yield* checkReservations(stock, facts)
  }
}

function* checkBalance({ sku, balance, reservations, movements, shown }: StockFacts) {
  if (balance === null) {
    yield wrong('stock_balance', `${sku} has no balance`)
    return
  }
  const { on_hand: onHand, reserved } = balance
  const moved = sum(movements.map(({ delta }) => delta))
  if (onHand !== moved) yield wrong('stock_balance', `${sku}: ${onHand} on hand, ${moved} moved`)
  if (reserved < 0 || reserved > onHand) {
    yield wrong('oversold', `${sku}: ${reserved} reserved of ${onHand}`)
  }
  const set = reservations.filter(({ state }) => state === 'held' || state === 'pinned')
  const setAside = sum(set.map(({ quantity }) => quantity))
  if (reserved !== setAside) {
    yield wrong('stock_reserved', `${sku}: ${reserved} reserved, ${setAside} in reservations`)
  }
  if (shown !== onHand - reserved) {
    yield wrong('stock_shown', `${sku}: ${onHand - reserved} available, the catalog shows ${shown}`)
  }
}

function* checkReservations({ sku, reservations, movements }: StockFacts, facts: Facts) {
  for (const { reservation_id: id, order_id: orderId, state, ...held } of reservations) {
    if (isOlder(orderId, facts)) continue
    const order = facts.orders.find((each) => each.reservation_id === id)
    const sales = movements.filter((move) => move.reference === orderId && move.reason === 'sale')
    const returns = movements.filter(
      (move) => move.reference === orderId && move.reason === 'return',
    )
    switch (state) {
      case 'committed':
        if (order === undefined || !PAID_STATUSES.has(order.status)) {
          yield wrong('stock_committed', `${sku}: committed for ${id}, of ${stateOf(order)}`)
        }
        if (sales.length !== 1 || returns.length !== 0) {
          yield wrong('stock_committed', `${sku}: ${sales.length} sales for ${orderId}`)
        }
        break
      case 'held':
        // Of an attempt that crashed, or of an order that can still be paid: until its deadline.
        if (order !== undefined && order.status !== 'pending') {
          yield wrong('stock_held', `${sku}: held for ${stateOf(order)}`)
        }
        if ((held.expires_at ?? 0) < Date.now() - LATE_MS) {
          yield wrong('stock_held', `${sku}: ${id} is held past its deadline`)
        }
        break
      case 'pinned':
        yield wrong('stock_pinned', `${sku}: ${id} is still pinned, of ${stateOf(order)}`)
        break
      case 'expired':
      case 'released':
        if (order !== undefined && order.status !== 'cancelled') {
          yield wrong('stock_missing', `${sku}: ${state} for ${stateOf(order)}`)
        }
        if (sales.length !== returns.length) {
          yield wrong('stock_returned', `${sku}: ${sales.length} sold, ${returns.length} returned`)
        }
        break
      default:
        yield wrong('stock_state', `${sku}: ${state}`)
    }
  }
  for (const order of facts.orders) {
    const isOfSku = facts.lines.some((line) => line.order_id === order.id && line.sku === sku)
    const known = reservations.some((each) => each.reservation_id === order.reservation_id)
    if (isOfSku && !known) yield wrong('stock_missing', `${sku}: nothing of ${stateOf(order)}`)
  }
}

/** The SKU has been through earlier runs, which were checked then. */
function isOlder(orderId: string, { startedAt }: Facts): boolean {
  return orderId < idFloor('order', startedAt)
}

/** An alarm may be that late. */
const LATE_MS = 1_000

function stateOf(order: Facts['orders'][number] | undefined): string {
  return order === undefined ? 'no order' : `${order.id} (${order.status})`
}
