import { createCommit, type Commit } from '@kiosk/kit/commit'
import { openDatabase, type Database } from '@kiosk/kit/database'
import { oncePerIsolate } from '@kiosk/kit/once'
import type { Env } from './env.ts'

/** What the operations of this Worker work with. */
export interface Deps {
  readonly db: Database
  readonly cache: KVNamespace
  readonly commit: Commit
  readonly now: () => number
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db = openDatabase(env.DB)
  return { db, cache: env.CACHE, commit: createCommit(db, env.RELAY), now: Date.now }
})
