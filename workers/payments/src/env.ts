import type { OrdersRpc } from '@kiosk/contracts/rpc/orders'
import type { AlarmLoop } from '@kiosk/kit/alarm-loop'
import { durationMs } from '@kiosk/kit/config'
import type { OutboxRelay } from '@kiosk/kit/outbox-relay'
import { z } from 'zod'
import type { SimulatedBindings } from './providers/simulated/bindings.ts'

/** What `wrangler.toml` binds. */
export interface Env extends SimulatedBindings {
  readonly DB: D1Database
  readonly USERS: Fetcher
  readonly ORDERS_RPC: OrdersRpc
  readonly RELAY: DurableObjectNamespace<OutboxRelay>
  /** A `Reconciler`, by what others need of it: its own file depends on this one. */
  readonly RECONCILER: DurableObjectNamespace<AlarmLoop<Env>>
}

/** The variables that change how this Worker behaves, with their defaults. */
export const Config = z.object({
  /** The provider of new payments: a name in `providers/index.ts`. */
  PAYMENT_PROVIDER: z.string().default('simulated'),
  /** How long one attempt to pay or refund may take before another may take it over. */
  PAYMENT_LEASE_MS: durationMs(30_000),
  /** How long the provider may take to answer a call. */
  PROVIDER_TIMEOUT_MS: durationMs(10_000),
  /** How long after a call to the provider began reconciliation looks what became of it. */
  RECONCILE_FIRST_MS: durationMs(10_000),
  /** How long it then waits before it looks again; the wait doubles each time, to the maximum. */
  RECONCILE_BACKOFF_MS: durationMs(5_000),
  RECONCILE_BACKOFF_MS_MAX: durationMs(10 * 60_000),
  /**
   * How long it is remembered which webhooks took effect; the state of a payment decides after
   * that.
   */
  WEBHOOK_RETENTION_MS: durationMs(30 * 24 * 60 * 60_000),
  /** How often reconciliation looks even if it thinks that nothing is due. */
  RECONCILE_HEARTBEAT_MS: durationMs(20_000),
})
export type Config = z.infer<typeof Config>
