import type { Audited, AuditRequest } from '@kiosk/contracts/rpc/audit'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { auditPage } from '@kiosk/kit/audit'
import { outboxSections } from '@kiosk/kit/audit-plumbing'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'

/** What users answers the audit. Reachable over a service binding only. */
export class UsersAudit extends WorkerEntrypoint<Env> implements Audited {
  page(call: CallContext, request: AuditRequest) {
    const sections = outboxSections(createDeps(this.env).db)
    return serveCall('users', 'audit page', call, () => auditPage(sections, request))
  }
}
