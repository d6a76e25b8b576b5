import type { AuditRequest, PaymentsAudit as Contract } from '@kiosk/contracts/rpc/audit'
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
import { auditPayment, auditUnreconciled, auditUnsettled } from './domain/audit.ts'
import type { Env } from './env.ts'
import {
  listChangedPayments,
  listPaymentsOf,
  listUnreconciled,
  listUnsettled,
} from './store/audit-store.ts'

/** What payments answers the audit. Reachable over a service binding only. */
export class PaymentsAudit extends WorkerEntrypoint<Env> implements Contract {
  readonly #db = createDeps(this.env).db

  page(call: CallContext, request: AuditRequest) {
    const db = this.#db
    const sections = [
      paymentsSection(db),
      overdueSection(db),
      lettersSection(db),
      ...outboxSections(db),
      claimsSection(db, ['payments', 'refunds']),
    ]
    return serveCall('payments', 'audit page', call, () => auditPage(sections, request))
  }

  answer(call: CallContext, { eventIds, orderIds }: Parameters<Contract['answer']>[1]) {
    return serveCall('payments', 'audit answer', call, async () => ({
      undelivered: await findUndelivered(this.#db, eventIds),
      payments: await listPaymentsOf(this.#db, orderIds),
    }))
  }
}

function paymentsSection(db: Database) {
  return section('payments', z.tuple([z.number(), z.string()]), async (step) => {
    const found = await listChangedPayments(db, step, step.limit + 1)
    const { rows, next } = cutStep(found, step.limit, (row): [number, string] => [
      row.updatedAt,
      row.id,
    ])
    return {
      findings: rows.flatMap(auditPayment),
      payments: rows.map(({ id: _id, entries: _entries, refunds: _refunds, ...facts }) => facts),
      checked: { payments: rows.length },
      next,
    }
  })
}

/** What is overdue stays so, whenever it last changed: `since` means nothing here. */
function overdueSection(db: Database) {
  return section('overdue', z.tuple([]), async ({ cutoff, limit }) => {
    const unreconciled = await listUnreconciled(db, cutoff, limit)
    const unsettled = await listUnsettled(db, cutoff, limit)
    const findings = [...unreconciled.map(auditUnreconciled), ...unsettled.map(auditUnsettled)]
    return { findings, next: null }
  })
}
