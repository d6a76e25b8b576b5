import { awakeOnce } from '@kiosk/kit/alarm-loop'
import { createSilentCommit, type Commit } from '@kiosk/kit/commit'
import { readConfig } from '@kiosk/kit/config'
import { openDatabase, type Database } from '@kiosk/kit/database'
import { oncePerIsolate } from '@kiosk/kit/once'
import { waitUntil } from 'cloudflare:workers'
import { Config, type Env } from './env.ts'
import { handOverFresh } from './operations/hand-over.ts'
import { createProviders } from './providers/index.ts'
import type { Providers } from './providers/provider.ts'
import { findOverrides, type FindOverrides } from './store/template-overrides.ts'

/** What the operations of this Worker work with. */
export interface Deps {
  readonly db: Database
  readonly commit: Commit
  readonly config: Config
  readonly providers: Providers
  readonly findOverrides: FindOverrides
  /** Hands over at once what an event has just left for a person. */
  readonly handOver: (eventId: string, recipient: string) => Promise<void>
  readonly dispatcher: {
    /** Makes sure that it beats, and so finds what is left to it. */
    awake(): Promise<void>
    /** Has due messages handed over now, without waiting for it. */
    nudge(): void
  }
  readonly now: () => number
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db = openDatabase(env.DB)
  const config = readConfig(env, Config)
  const dispatcher = () => env.DISPATCHER.getByName('dispatcher')
  const deps: Deps = {
    db,
    commit: createSilentCommit(db),
    config,
    providers: createProviders(env, config, db),
    findOverrides: findOverrides(env.TEMPLATES, config.TEMPLATES_CACHE_MS),
    handOver: (eventId, recipient) => handOverFresh(deps, eventId, recipient),
    dispatcher: {
      awake: awakeOnce(dispatcher),
      nudge: () => waitUntil(dispatcher().nudge()),
    },
    now: Date.now,
  }
  return deps
})
