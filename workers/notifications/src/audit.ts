import type { AuditRequest, NotificationsAudit as Contract } from '@kiosk/contracts/rpc/audit'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { auditPage, section } from '@kiosk/kit/audit'
import { findUndelivered, lettersSection } from '@kiosk/kit/audit-plumbing'
import type { Database } from '@kiosk/kit/database'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { z } from 'zod'
import { createDeps } from './deps.ts'
import { auditUnsentMessage } from './domain/audit.ts'
import type { Env } from './env.ts'
import { hasMessage, listUnsent } from './store/audit-store.ts'

/** What notifications answers the audit. Reachable over a service binding only. */
export class NotificationsAudit extends WorkerEntrypoint<Env> implements Contract {
  readonly #db = createDeps(this.env).db

  page(call: CallContext, request: AuditRequest) {
    const sections = [lettersSection(this.#db), unsentSection(this.#db)]
    return serveCall('notifications', 'audit page', call, () => auditPage(sections, request))
  }

  answer(call: CallContext, { events }: Parameters<Contract['answer']>[1]) {
    return serveCall('notifications', 'audit answer', call, async () => ({
      undelivered: await findUndelivered(this.#db, events, hasMessage),
    }))
  }
}

function unsentSection(db: Database) {
  return section('unsent', z.tuple([]), async (step) => {
    const unsent = await listUnsent(db, step, step.limit)
    return { findings: unsent.map(auditUnsentMessage), next: null }
  })
}
