import { AlarmLoop } from '@kiosk/kit/alarm-loop'
import { createDeps } from '../deps.ts'
import type { Env } from '../env.ts'
import { reconcile } from '../operations/reconcile.ts'

/** Looks after payments, refunds and voids that have no answer yet: one object, named `reconciler`. */
export class Reconciler extends AlarmLoop<Env> {
  readonly #deps = createDeps(this.env)

  protected override readonly service = 'payments'

  protected override heartbeatMs(): number {
    return this.#deps.config.RECONCILE_HEARTBEAT_MS
  }

  protected override backstopMs(): number {
    return this.#deps.config.RECONCILE_FIRST_MS
  }

  protected override work(): Promise<number | null> {
    return reconcile(this.#deps)
  }
}
