import type { AuditRequest, CatalogAudit as Contract } from '@kiosk/contracts/rpc/audit'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { auditPage } from '@kiosk/kit/audit'
import { findUndelivered, lettersSection, outboxSections } from '@kiosk/kit/audit-plumbing'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { loadStockVersions } from './store/stock-store.ts'

/** What catalog answers the audit. Reachable over a service binding only. */
export class CatalogAudit extends WorkerEntrypoint<Env> implements Contract {
  readonly #db = createDeps(this.env).db

  page(call: CallContext, request: AuditRequest) {
    const sections = [lettersSection(this.#db), ...outboxSections(this.#db)]
    return serveCall('catalog', 'audit page', call, () => auditPage(sections, request))
  }

  answer(call: CallContext, { events, skus }: Parameters<Contract['answer']>[1]) {
    return serveCall('catalog', 'audit answer', call, async () => ({
      undelivered: await findUndelivered(this.#db, events),
      stock: await loadStockVersions(this.#db, skus),
    }))
  }
}
