import type { OrdersRpc } from '@kiosk/contracts/rpc/orders'
import { awakeOnce } from '@kiosk/kit/alarm-loop'
import { assert } from '@kiosk/kit/assert'
import { createCommit, type Commit } from '@kiosk/kit/commit'
import { readConfig } from '@kiosk/kit/config'
import { openDatabase, type Database } from '@kiosk/kit/database'
import { newId } from '@kiosk/kit/ids'
import { oncePerIsolate } from '@kiosk/kit/once'
import { waitUntil } from 'cloudflare:workers'
import { Config, type Env } from './env.ts'
import { createProvider } from './providers/index.ts'
import type { PaymentProvider } from './providers/provider.ts'

/** What the operations of this Worker work with. */
export interface Deps {
  readonly db: Database
  readonly commit: Commit
  readonly orders: OrdersRpc
  readonly reconciler: {
    /** Makes sure that it beats, and so finds what is about to be written. */
    awake(): Promise<void>
    /** Makes sure that it looks soon at what is about to be written. */
    arm(): Promise<void>
    /** Has what is due looked at now, while the caller goes on. */
    nudge(): void
  }
  /** The gateway of that name, or null. */
  readonly findProvider: (name: string) => PaymentProvider | null
  readonly config: Config
  readonly now: () => number
  readonly newId: typeof newId
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db = openDatabase(env.DB)
  const config = readConfig(env, Config)
  assert(createProvider(env, config.PAYMENT_PROVIDER) !== null, 'PAYMENT_PROVIDER names a provider')
  const reconciler = () => env.RECONCILER.getByName('reconciler')
  return {
    db,
    commit: createCommit(db, env.RELAY),
    orders: env.ORDERS_RPC,
    reconciler: {
      awake: awakeOnce(reconciler),
      arm: () => reconciler().arm(),
      nudge: () => waitUntil(reconciler().nudge()),
    },
    findProvider: (name) => createProvider(env, name),
    config,
    now: Date.now,
    newId,
  }
})
