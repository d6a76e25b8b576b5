import type { Subscriber } from '@kiosk/contracts/events'
import type {
  AskedEvent,
  AuditFacts,
  OrderBrief,
  PaymentFacts,
  ReservationFacts,
  ReservationsOfSku,
  StockVersion,
  Undelivered,
} from '@kiosk/contracts/rpc/audit'
import { auditCatalogStock, auditEvent } from './audit-events.ts'
import { auditOrder, auditPayment, auditReservation, type Found } from './audit-orders.ts'

/** What others have to be asked about some facts. */
export interface Questions {
  readonly orderIds: readonly string[]
  readonly paymentsOf: readonly string[]
  readonly reservations: readonly ReservationsOfSku[]
  readonly skus: readonly string[]
  readonly events: ReadonlyMap<Subscriber, readonly AskedEvent[]>
}

export interface Answers {
  readonly orders: readonly OrderBrief[]
  readonly payments: readonly PaymentFacts[]
  readonly reservations: readonly ReservationFacts[]
  readonly stock: readonly StockVersion[]
  readonly undelivered: ReadonlyMap<Subscriber, readonly Undelivered[]>
}

/** Whom to ask what, so that facts of one service can be compared with those of others. */
export function questionsAbout(facts: AuditFacts): Questions {
  const { orders, payments, reservations, stock, events } = facts
  const bySku = new Map<string, string[]>()
  for (const { reservationId, lines } of orders) {
    for (const { sku } of lines) bySku.set(sku, [...(bySku.get(sku) ?? []), reservationId])
  }
  const byDestination = Map.groupBy(events, ({ destination }) => destination)
  return {
    orderIds: [...new Set([...payments, ...reservations].map(({ orderId }) => orderId))],
    paymentsOf: orders.map(({ orderId }) => orderId),
    reservations: Array.from(bySku, ([sku, reservationIds]) => ({ sku, reservationIds })),
    skus: stock.map(({ sku }) => sku),
    events: new Map(
      Array.from(byDestination, ([to, said]) => [
        to,
        said.map(({ eventId, orderId, userId }) => ({ eventId, orderId, userId })),
      ]),
    ),
  }
}

/** What does not fit together, of what is older than `cutoff` (epoch ms). */
export function compare(facts: AuditFacts, answers: Answers, cutoff: number): Found[] {
  const orders = new Map(answers.orders.map((order) => [order.orderId, order]))
  const payments = Map.groupBy(answers.payments, ({ orderId }) => orderId)
  const reservations = Map.groupBy(answers.reservations, ({ reservationId }) => reservationId)
  const versions = new Map(answers.stock.map(({ sku, version }) => [sku, version]))
  const missing = new Map(
    Array.from(answers.undelivered, ([to, events]) => [
      to,
      new Map(events.map((event) => [event.eventId, event])),
    ]),
  )
  const found = [
    ...facts.orders.flatMap((order) => {
      const own = {
        payments: payments.get(order.orderId) ?? [],
        reservations: reservations.get(order.reservationId) ?? [],
      }
      return auditOrder({ order, ...own }, cutoff)
    }),
    ...facts.payments.flatMap((payment) =>
      auditPayment(payment, orders.get(payment.orderId) ?? null, cutoff),
    ),
    ...facts.reservations.flatMap((line) =>
      auditReservation(line, orders.get(line.orderId) ?? null, cutoff),
    ),
    ...facts.stock.flatMap((told) =>
      auditCatalogStock(told, versions.get(told.sku) ?? null, cutoff),
    ),
    ...facts.events.flatMap((event) =>
      auditEvent(event, missing.get(event.destination)?.get(event.eventId) ?? null, cutoff),
    ),
  ]
  return once(found)
}

/** The same violation may be seen from two sides. */
export function once(found: readonly Found[]): Found[] {
  const byName = new Map(found.map((each) => [JSON.stringify([each.invariant, each.ids]), each]))
  return [...byName.values()]
}
