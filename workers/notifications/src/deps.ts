import { createSilentCommit, type Commit, type Database } from '@kiosk/kit/commit'
import { readConfig } from '@kiosk/kit/config'
import { oncePerIsolate } from '@kiosk/kit/once'
import { waitUntil } from 'cloudflare:workers'
import { drizzle } from 'drizzle-orm/d1'
import { Config, type Env } from './env.ts'
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
  readonly dispatcher: {
    /** Makes sure that what is written next will be handed over, whatever happens to this invocation. */
    arm(): Promise<void>
    /** Has due messages handed over now, without waiting for it. */
    nudge(): void
  }
  readonly now: () => number
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db: Database = drizzle(env.DB)
  const config = readConfig(env, Config)
  const dispatcher = () => env.DISPATCHER.getByName('dispatcher')
  return {
    db,
    commit: createSilentCommit(db),
    config,
    providers: createProviders(env, config, db),
    findOverrides: findOverrides(env.TEMPLATES),
    dispatcher: {
      arm: () => dispatcher().arm(),
      nudge: () => waitUntil(dispatcher().nudge()),
    },
    now: Date.now,
  }
})
