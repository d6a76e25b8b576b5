import type { AuditRequest, OrderFacts, OrdersAudit as Contract } from '@kiosk/contracts/rpc/audit'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { auditPage, cutStep, section } from '@kiosk/kit/audit'
import {
  claimsSection,
  findUndelivered,
  lettersSection,
  outboxSections,
} from '@kiosk/kit/audit-plumbing'
import type { Database } from '@kiosk/kit/database'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { z } from 'zod'
import { createDeps } from './deps.ts'
import { auditOrder } from './domain/audit.ts'
import { unitsPerSku } from './domain/pricing.ts'
import type { Env } from './env.ts'
import { type ChangedOrder, listBriefs, listChangedOrders } from './store/audit-store.ts'

/** What orders answers the audit. Reachable over a service binding only. */
export class OrdersAudit extends WorkerEntrypoint<Env> implements Contract {
  readonly #db = createDeps(this.env).db

  page(call: CallContext, request: AuditRequest) {
    const db = this.#db
    const sections = [
      ordersSection(db),
      lettersSection(db),
      ...outboxSections(db),
      claimsSection(db, ['orders']),
    ]
    return serveCall('orders', 'audit page', call, () => auditPage(sections, request))
  }

  answer(call: CallContext, { eventIds, orderIds }: Parameters<Contract['answer']>[1]) {
    return serveCall('orders', 'audit answer', call, async () => ({
      undelivered: await findUndelivered(this.#db, eventIds),
      orders: await listBriefs(this.#db, orderIds),
    }))
  }
}

function ordersSection(db: Database) {
  return section('orders', z.tuple([z.number(), z.string()]), async (step) => {
    const found = await listChangedOrders(db, step, step.limit + 1)
    const { rows, next } = cutStep(found, step.limit, (row): [number, string] => [
      row.updatedAt,
      row.id,
    ])
    return {
      findings: rows.flatMap(auditOrder),
      orders: rows.map(factsOf),
      checked: { orders: rows.length },
      next,
    }
  })
}

function factsOf(order: ChangedOrder): OrderFacts {
  const { orderId, status, paymentStatus, totalMinor, currency, reservationId, updatedAt } = order
  const lines = unitsPerSku(order.lines)
  return { orderId, status, paymentStatus, totalMinor, currency, reservationId, updatedAt, lines }
}
