import type {
  AuditRequest,
  PaymentFacts,
  PaymentsAudit as Contract,
} from '@kiosk/contracts/rpc/audit'
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
import {
  auditPayment,
  auditUnreconciled,
  auditUnsettled,
  type AuditedPayment,
} from './domain/audit.ts'
import type { Env } from './env.ts'
import {
  listOlderPayments,
  listPaymentsOf,
  listPaymentsSince,
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
      changedSection(db),
      overdueSection(db),
      lettersSection(db),
      ...outboxSections(db),
      claimsSection(db, ['payments', 'refunds']),
    ]
    return serveCall('payments', 'audit page', call, () => auditPage(sections, request))
  }

  answer(call: CallContext, { events, orderIds }: Parameters<Contract['answer']>[1]) {
    return serveCall('payments', 'audit answer', call, async () => ({
      undelivered: await findUndelivered(this.#db, events),
      payments: await listPaymentsOf(this.#db, orderIds),
    }))
  }
}

function paymentsSection(db: Database) {
  return section('payments', z.tuple([z.string()]), async (step) => {
    const since = await changesKnownSince(db, step.since)
    const place = { since, cutoff: step.cutoff, after: step.after?.[0] ?? null }
    const found = await listPaymentsSince(db, place, step.limit + 1)
    const { rows, next } = cutStep(found, step.limit, ({ id }): [string] => [id])
    return { ...judge(rows), next }
  })
}

/** Payments that are older, and of which something was said since. */
function changedSection(db: Database) {
  return section('changed', z.tuple([z.number()]), async (step) => {
    const { subjects, next } = await subjectsSaidSince(db, step)
    return { ...judge(await listOlderPayments(db, subjects, step)), next }
  })
}

function judge(payments: readonly (AuditedPayment & PaymentFacts)[]) {
  return {
    findings: payments.flatMap(auditPayment),
    payments: payments.map(({ id: _id, entries: _entries, refunds: _refunds, ...facts }) => facts),
    checked: { payments: payments.length },
  }
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
