import type { Facts } from './facts.ts'
import { PAID_STATUSES, sum, type Violation, wrong } from './violation.ts'

/** Totals, timelines and what the API shows agree with the rows of an order. */
export function* checkOrders(facts: Facts): Iterable<Violation> {
  for (const order of facts.orders) {
    const lines = facts.lines.filter((line) => line.order_id === order.id)
    const lineSum = sum(lines.map((line) => line.quantity * line.unit_price_minor))
    const total =
      order.subtotal_minor - order.discount_minor + order.shipping_minor + order.tax_minor
    if (order.subtotal_minor !== lineSum || order.total_minor !== total) {
      yield wrong('order_total', `${order.id}: ${order.total_minor}, its lines say ${lineSum}`)
    }
    yield* checkTimeline(order, facts)
    yield* checkPaid(order, facts)
  }
  yield* checkViews(facts)
}

type Order = Facts['orders'][number]

const STATUS_AFTER: Readonly<Record<string, string>> = {
  'order.placed': 'pending',
  'order.confirmed': 'processing',
  'order.shipped': 'shipped',
  'order.delivered': 'delivered',
  'order.cancelled': 'cancelled',
}

function* checkTimeline(order: Order, { transitions }: Facts) {
  const own = transitions.filter(({ order_id: id }) => id === order.id)
  const versions = own.map(({ version }) => version).join()
  const expected = own.map((_, index) => index + 1).join()
  if (versions !== expected || own.length !== order.version) {
    yield wrong('order_timeline', `${order.id}: versions ${versions} of ${order.version}`)
  }
  const statuses = own.flatMap(({ type }) => STATUS_AFTER[type] ?? [])
  if (statuses.at(-1) !== order.status || new Set(statuses).size !== statuses.length) {
    yield wrong('order_timeline', `${order.id}: ${order.status} after ${statuses.join(', ')}`)
  }
}

/** From `processing` on, an order has one captured payment of its full total. */
function* checkPaid(order: Order, { payments }: Facts) {
  const captured = payments.filter((each) => each.order_id === order.id && each.captured_minor > 0)
  const kept = captured.filter((each) => each.refunded_minor < each.captured_minor)
  if (PAID_STATUSES.has(order.status)) {
    const own = captured.find(({ id }) => id === order.payment_id)
    if (own?.captured_minor !== order.total_minor) {
      yield wrong('order_paid', `${order.id} is ${order.status} without its payment`)
    }
    if (kept.some(({ id }) => id !== order.payment_id)) {
      yield wrong('order_paid', `${order.id} was paid more than once`)
    }
    const refunded = own?.refunded_minor ?? 0
    const status =
      refunded === 0 ? 'paid' : refunded < order.total_minor ? 'partially_refunded' : 'refunded'
    if (order.payment_status !== status || order.refunded_minor !== refunded) {
      yield wrong('order_paid', `${order.id}: ${order.payment_status}, refunded ${refunded}`)
    }
  } else if (kept.length > 0) {
    yield wrong('money_kept', `${order.id} is ${order.status}, and a payment was kept`)
  }
}

function* checkViews({ orders, transitions, views }: Facts) {
  for (const { order: view, timeline } of views) {
    const order = orders.find(({ id }) => id === view['id'])
    const shown = `${String(view['status'])} ${String(view['paymentStatus'])} ${minorOf(view['total'])}`
    const kept = `${order?.status} ${order?.payment_status} ${order?.total_minor}`
    if (shown !== kept) yield wrong('order_view', `shown ${shown}, kept ${kept}`)
    const types = transitions.filter((each) => each.order_id === order?.id).map(({ type }) => type)
    if (types.join() !== timeline.join()) {
      yield wrong('order_view', `the timeline shows ${timeline.join()}, not ${types.join()}`)
    }
  }
  if (views.length !== orders.length) {
    yield wrong('order_view', `${orders.length} orders, customers know of ${views.length}`)
  }
}

function minorOf(money: unknown): string {
  return String((money as { amountMinor?: number } | undefined)?.amountMinor)
}

/** The same key and body: the same answer, one effect. */
export function* checkAnswers({ replays }: Facts): Iterable<Violation> {
  for (const { first, again } of replays) {
    if (
      again.status !== first.status ||
      JSON.stringify(again.body) !== JSON.stringify(first.body)
    ) {
      const told = `${first.status} ${JSON.stringify(first.body)}`
      yield wrong('same_answer', `${told}, then ${again.status} ${JSON.stringify(again.body)}`)
    }
    if (!again.isReplay) yield wrong('same_answer', 'a replayed answer does not say that it is one')
  }
}
