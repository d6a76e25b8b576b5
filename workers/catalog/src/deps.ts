import { createCommit, type Commit } from '@kiosk/kit/commit'
import { openDatabase, type Database } from '@kiosk/kit/database'
import { oncePerIsolate } from '@kiosk/kit/once'
import { Pages } from './cache/pages.ts'
import type { Env } from './env.ts'
import type { CatalogRelay } from './objects/catalog-relay.ts'

/** What the operations of this Worker work with. */
export interface Deps {
  readonly db: Database
  readonly cache: KVNamespace
  /** What visitors were answered lately. */
  readonly pages: Pages
  readonly commit: Commit
  /** Told of every change of what visitors see. */
  readonly relay: () => DurableObjectStub<CatalogRelay>
  readonly now: () => number
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db = openDatabase(env.DB)
  const relay = () => env.RELAY.getByName('relay')
  const pages = new Pages(async (mark) => await relay().newsSince(mark), Date.now)
  return { db, cache: env.CACHE, pages, commit: createCommit(db, env.RELAY), relay, now: Date.now }
})
