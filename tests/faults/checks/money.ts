import type { Facts } from './facts.ts'
import { PAID_STATUSES, sum, type Violation, wrong } from './violation.ts'

type Payment = Facts['payments'][number]

/** Payments agree with their refunds, with the ledger and with their orders. */
export function* checkPayments(facts: Facts): Iterable<Violation> {
  for (const payment of facts.payments) {
    const refunds = facts.refunds.filter((refund) => refund.payment_id === payment.id)
    const reserved = refunds.filter(({ status }) => status !== 'failed')
    const succeeded = refunds.filter(({ status }) => status === 'succeeded')
    if (sum(reserved.map((refund) => refund.amount_minor)) > payment.captured_minor) {
      yield wrong('refunds_within_captured', `${payment.id}: more refunded than captured`)
    }
    if (sum(succeeded.map((refund) => refund.amount_minor)) !== payment.refunded_minor) {
      yield wrong('refunds_counted', `${payment.id}: counts ${payment.refunded_minor}`)
    }
    yield* checkLedger(payment, facts)
    yield* checkOrderOf(payment, facts)
  }
  for (const { currency, debit, credit } of facts.ledger) {
    if (debit !== credit) yield wrong('ledger_balance', `${debit} and ${credit} ${currency}`)
  }
}

function* checkLedger(payment: Payment, { entries }: Facts) {
  const own = entries.filter((entry) => entry.payment_id === payment.id)
  for (const [id, sides] of Map.groupBy(own, (entry) => entry.transaction_id)) {
    const balance = sum(sides.map((side) => side.debit_minor - side.credit_minor))
    if (balance !== 0) yield wrong('ledger_balance', `${id} is out by ${balance}`)
  }
  const on = (account: string) =>
    sum(
      own
        .filter((each) => each.account === account)
        .map((each) => each.credit_minor - each.debit_minor),
    )
  if (on('sales') !== payment.captured_minor || -on('refunds') !== payment.refunded_minor) {
    yield wrong('ledger_payment', `${payment.id}: sales ${on('sales')}, refunds ${-on('refunds')}`)
  }
}

/** What was captured belongs to an order in `processing` or later, or went back in full. */
function* checkOrderOf(payment: Payment, { orders, closedOrders }: Facts) {
  const order = orders.find(({ id }) => id === payment.order_id)
  const isKept = payment.captured_minor > payment.refunded_minor
  if (isKept && (order === undefined || !PAID_STATUSES.has(order.status))) {
    yield wrong('money_kept', `${payment.id} is kept for ${order?.status ?? 'no order'}`)
  }
  if (order?.status === 'cancelled' && !closedOrders.includes(order.id)) {
    yield wrong('order_closed', `payments does not know that ${order.id} is cancelled`)
  }
  if (payment.status === 'processing') {
    yield wrong('payment_settled', `${payment.id} is still processing`)
  }
}

/** The provider's own books: charged exactly what was captured, once, and paid back what was refunded. */
export function* checkBooks(facts: Facts): Iterable<Violation> {
  for (const payment of facts.payments) {
    const books = facts.charges.get(payment.id)
    const charges = (books?.charges ?? []).filter(hasSucceeded)
    const charged = sum(charges.map((each) => each.amount_minor))
    if (charges.length > 1) yield wrong('charged_once', `${payment.id}: ${charges.length} charges`)
    if (charged !== payment.captured_minor) {
      yield wrong('books', `${payment.id}: charged ${charged}, captured ${payment.captured_minor}`)
    }
    const paidBack = sum(
      (books?.refunds ?? []).filter(hasSucceeded).map((each) => each.amount_minor),
    )
    if (paidBack !== payment.refunded_minor) {
      yield wrong('books', `${payment.id}: paid back ${paidBack}, not ${payment.refunded_minor}`)
    }
  }
  for (const order of facts.orders) {
    const own = facts.payments.filter((each) => each.order_id === order.id)
    const kept = own.filter((each) => each.captured_minor > each.refunded_minor)
    if (kept.length > 1) yield wrong('charged_once', `${order.id} is paid ${kept.length} times`)
  }
}

function hasSucceeded({ outcome }: { readonly outcome: string }): boolean {
  return outcome.includes('succeeded')
}
