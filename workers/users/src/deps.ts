import { createCommit, type Commit } from '@kiosk/kit/commit'
import { readConfig } from '@kiosk/kit/config'
import { openDatabase, type Database } from '@kiosk/kit/database'
import { oncePerIsolate } from '@kiosk/kit/once'
import { Config, type Env } from './env.ts'
import type { LoginGuard } from './objects/login-guard.ts'
import { KeyRing } from './security/key-ring.ts'
import { sha256 } from './security/opaque-token.ts'

/** What the operations of this Worker work with. */
export interface Deps {
  readonly db: Database
  readonly commit: Commit
  readonly config: Config
  readonly keys: KeyRing
  readonly now: () => number
  /** The object that counts wrong passwords for an email, whether or not it has an account. */
  readonly guardOf: (email: string) => Promise<DurableObjectStub<LoginGuard>>
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db = openDatabase(env.DB)
  const config = readConfig(env, Config)
  return {
    db,
    commit: createCommit(db, env.RELAY),
    config,
    keys: new KeyRing(db, config, Date.now),
    now: Date.now,
    guardOf: async (email) => env.LOGIN_GUARD.getByName(await sha256(email)),
  }
})
