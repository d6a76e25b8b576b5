import { describeError, log } from '@kiosk/kit/log'
import { isMigrated } from '@kiosk/kit/readiness'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { ensureAdmin } from './operations/ensure-admin.ts'
import * as schema from './store/schema.ts'

/** What must be true before this Worker takes traffic. Asking makes the first key and the first admin. */
export async function isReady(env: Env): Promise<Record<string, boolean>> {
  const deps = createDeps(env)
  await env.RELAY.getByName('relay').keepAlive()
  const migrated = await isMigrated(deps.db, schema)
  return {
    migrated,
    signingKey: migrated && (await holds('signing key', () => deps.keys.canSign())),
    admin: migrated && (await holds('admin', () => ensureAdmin(deps).then(() => true))),
  }
}

async function holds(what: string, check: () => Promise<boolean>): Promise<boolean> {
  try {
    return await check()
  } catch (error) {
    log('error', 'not ready', { what, error: describeError(error) })
    return false
  }
}
