import type { AuditRequest, OrderFacts, OrdersAudit as Contract } from '@kiosk/contracts/rpc/audit'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { auditPage, cutStep, section } from '@kiosk/kit/audit'
import {
  changesKnownSince,
  claimsSection,
  findUndelivered,
  lettersSection,
  outboxSections,
  subjectsSaidSince,
} from '@kiosk/kit/audit-plumbing'
import type { Database } from '@kiosk/kit/database'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { z } from 'zod'
import { createDeps } from './deps.ts'
import { auditOrder } from './domain/audit.ts'
import type { Order } from './domain/order.ts'
import { unitsPerSku } from './domain/pricing.ts'
import type { Env } from './env.ts'
import { isInTimeline, listBriefs, listOlderOrders, listOrdersSince } from './store/audit-store.ts'

/** What orders answers the audit. Reachable over a service binding only. */
export class OrdersAudit extends WorkerEntrypoint<Env> implements Contract {
  readonly #db = createDeps(this.env).db

  page(call: CallContext, request: AuditRequest) {
    const db = this.#db
    const sections = [
      ordersSection(db),
      changedSection(db),
      lettersSection(db),
      ...outboxSections(db),
      claimsSection(db, ['orders']),
    ]
    return serveCall('orders', 'audit page', call, () => auditPage(sections, request))
  }

  answer(call: CallContext, { events, orderIds }: Parameters<Contract['answer']>[1]) {
    return serveCall('orders', 'audit answer', call, async () => ({
      undelivered: await findUndelivered(this.#db, events, isInTimeline),
      orders: await listBriefs(this.#db, orderIds),
    }))
  }
}

function ordersSection(db: Database) {
  return section('orders', z.tuple([z.string()]), async (step) => {
    const since = await changesKnownSince(db, step.since)
    const place = { since, cutoff: step.cutoff, after: step.after?.[0] ?? null }
    const found = await listOrdersSince(db, place, step.limit + 1)
    const { rows, next } = cutStep(found, step.limit, ({ id }): [string] => [id])
    return { ...judge(rows), next }
  })
}

/** Orders that are older, and of which something was said since. */
function changedSection(db: Database) {
  return section('changed', z.tuple([z.number()]), async (step) => {
    const { subjects, next } = await subjectsSaidSince(db, step)
    return { ...judge(await listOlderOrders(db, subjects, step)), next }
  })
}

function judge(orders: readonly Order[]) {
  return {
    findings: orders.flatMap(auditOrder),
    orders: orders.map(factsOf),
    checked: { orders: orders.length },
  }
}

function factsOf(order: Order): OrderFacts {
  const { id: orderId, status, paymentStatus, totalMinor, currency, reservationId } = order
  const lines = unitsPerSku(order.lines)
  const { updatedAt } = order
  return { orderId, status, paymentStatus, totalMinor, currency, reservationId, updatedAt, lines }
}
