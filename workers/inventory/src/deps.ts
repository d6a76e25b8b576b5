import type { Database } from '@kiosk/kit/commit'
import { readConfig } from '@kiosk/kit/config'
import { oncePerIsolate } from '@kiosk/kit/once'
import { drizzle } from 'drizzle-orm/d1'
import type { z } from 'zod'
import { Config, type Env } from './env.ts'

/** What the operations of this Worker work with. */
export interface Deps {
  readonly db: Database
  /** One object per SKU, by its name. */
  readonly stock: Env['STOCK']
  readonly config: z.infer<typeof Config>
  readonly now: () => number
  /** From 0 to 1, so that those who wait for the same units do not come back together. */
  readonly random: () => number
  readonly wait: (ms: number) => Promise<void>
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db: Database = drizzle(env.DB)
  return {
    db,
    stock: env.STOCK,
    config: readConfig(env, Config),
    now: Date.now,
    random: Math.random,
    wait: (ms) => scheduler.wait(ms),
  }
})
