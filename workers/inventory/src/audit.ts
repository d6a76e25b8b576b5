import type { AuditRequest, InventoryAudit as Contract } from '@kiosk/contracts/rpc/audit'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { auditPage, section } from '@kiosk/kit/audit'
import { findUndelivered, lettersSection } from '@kiosk/kit/audit-plumbing'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { z } from 'zod'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { auditStock, findReservations } from './operations/audit-stock.ts'

/** What inventory answers the audit. Reachable over a service binding only. */
export class InventoryAudit extends WorkerEntrypoint<Env> implements Contract {
  readonly #deps = createDeps(this.env)

  page(call: CallContext, request: AuditRequest) {
    const Place = z.tuple([z.string(), z.string(), z.string()])
    const sections = [
      lettersSection(this.#deps.db),
      section('stock', Place, (step) => auditStock(this.#deps, step)),
    ]
    return serveCall('inventory', 'audit page', call, () => auditPage(sections, request))
  }

  answer(call: CallContext, { events, reservations }: Parameters<Contract['answer']>[1]) {
    return serveCall('inventory', 'audit answer', call, async () => ({
      undelivered: await findUndelivered(this.#deps.db, events),
      reservations: await findReservations(this.#deps, reservations),
    }))
  }
}
