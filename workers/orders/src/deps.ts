import type { CatalogRpc } from '@kiosk/contracts/rpc/catalog'
import type { InventoryRpc } from '@kiosk/contracts/rpc/inventory'
import { createCommit, type Commit } from '@kiosk/kit/commit'
import { readConfig } from '@kiosk/kit/config'
import { openDatabase, type Database } from '@kiosk/kit/database'
import { newId } from '@kiosk/kit/ids'
import { oncePerIsolate } from '@kiosk/kit/once'
import { Config, type Env } from './env.ts'

/** What the operations of this Worker work with. */
export interface Deps {
  readonly db: Database
  readonly commit: Commit
  readonly catalog: CatalogRpc
  readonly inventory: InventoryRpc
  readonly config: Config
  readonly now: () => number
  readonly newId: typeof newId
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db = openDatabase(env.DB)
  return {
    db,
    commit: createCommit(db, env.RELAY),
    catalog: env.CATALOG_RPC,
    inventory: env.INVENTORY_RPC,
    config: readConfig(env, Config),
    now: Date.now,
    newId,
  }
})
