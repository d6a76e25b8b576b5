import { readConfig } from '@kiosk/kit/config'
import { openDatabase, type Database } from '@kiosk/kit/database'
import { oncePerIsolate } from '@kiosk/kit/once'
import type { z } from 'zod'
import { Config, type Env } from './env.ts'
import { Plans } from './operations/shelf.ts'
import { SoldOut } from './operations/sold-out.ts'

/** What the operations of this Worker work with. */
export interface Deps {
  readonly db: Database
  /** One object per SKU, by its name. */
  readonly stock: Env['STOCK']
  /** How those SKUs are split that are. */
  readonly plans: Plans
  readonly soldOut: SoldOut
  readonly config: Omit<z.infer<typeof Config>, 'SOLD_OUT_FOR_MS'>
  readonly now: () => number
  /** From 0 to 1, so that those who wait for the same units do not come back together. */
  readonly random: () => number
  readonly wait: (ms: number) => Promise<void>
}

export const createDeps = oncePerIsolate((env: Env): Deps => {
  const db = openDatabase(env.DB)
  const config = readConfig(env, Config)
  return {
    db,
    stock: env.STOCK,
    plans: new Plans(),
    soldOut: new SoldOut(config.SOLD_OUT_FOR_MS),
    config,
    now: Date.now,
    random: Math.random,
    wait: (ms) => scheduler.wait(ms),
  }
})
