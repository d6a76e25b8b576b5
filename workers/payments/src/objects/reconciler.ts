import { AlarmLoop } from '@kiosk/kit/alarm-loop'
import { createDeps } from '../deps.ts'
import type { Env } from '../env.ts'
import { reconcile } from '../operations/reconcile.ts'
import { pruneWebhooks } from '../store/webhook-store.ts'

const PRUNE_EVERY_MS = 60 * 60 * 1000

/**
 * Looks after payments, refunds and voids that have no answer yet: one object, named `reconciler`.
 */
export class Reconciler extends AlarmLoop<Env> {
  readonly #deps = createDeps(this.env)
  #prunedAt = 0

  protected override readonly service = 'payments'

  protected override heartbeatMs(): number {
    return this.#deps.config.RECONCILE_HEARTBEAT_MS
  }

  protected override backstopMs(): number {
    return this.#deps.config.RECONCILE_FIRST_MS
  }

  protected override async work(): Promise<number | null> {
    const now = Date.now()
    if (now - this.#prunedAt > PRUNE_EVERY_MS) {
      this.#prunedAt = now
      await pruneWebhooks(this.#deps.db, now - this.#deps.config.WEBHOOK_RETENTION_MS)
    }
    return reconcile(this.#deps)
  }
}
