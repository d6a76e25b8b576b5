import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countingBundle, QUIET_WRANGLER, WORKERS } from '../../tools/build.ts'
import { startLean } from '../../tools/lean/lean.ts'
import { TEST_SECRETS } from '../support/secrets.ts'
import { COUNTING_DURATIONS } from './durations.ts'
import { COUNT_PATH, type CountCommand, type Tally } from './seam/protocol.ts'

/** What every Worker has used. */
export type Tallies = Readonly<Record<string, Tally>>

/** The seven Workers with counters around them. */
export interface CountingSystem {
  readonly url: URL
  /** What was used since the last reset. */
  count(command?: CountCommand): Promise<Tallies>
  /** Fires the crons that repeat the alarms. */
  tick(): Promise<void>
  /** Rows of a Worker's own database. */
  read<Row>(worker: string, sql: string): Promise<Row[]>
  close(): Promise<void>
}

const OWNERS = WORKERS.filter((name) => name !== 'gateway')

/** Starts a system from the bundles of `buildCountingWorkers`. */
export async function startCountingSystem(): Promise<CountingSystem> {
  Object.assign(process.env, QUIET_WRANGLER, { WRANGLER_LOG: 'error' })
  const stateDir = mkdtempSync(join(tmpdir(), 'kiosk-cost-'))
  const { url, miniflare, close } = await startLean({
    stateDir,
    bundle: countingBundle,
    vars: { ...TEST_SECRETS, ...COUNTING_DURATIONS },
    // An object that wakes up reads its schema again: how often that is counted would be up to the machine.
    keepsObjects: true,
  })
  return {
    url,
    count: async (command = {}) => {
      const body = JSON.stringify({ ...command, workers: OWNERS })
      const response = await fetch(new URL(COUNT_PATH, url), { method: 'POST', body })
      if (!response.ok) throw new Error(`The counters do not answer: ${response.status}`)
      return JSON.parse(await response.text()) as Tallies
    },
    tick: async () => {
      for (const name of OWNERS) {
        const worker = await miniflare.getWorker(`kiosk-${name}`)
        await worker.scheduled({})
      }
    },
    read: async <Row>(name: string, sql: string) => {
      const database = await miniflare.getD1Database('DB', `kiosk-${name}`)
      const { results } = await database.prepare(sql).all<Row>()
      return results
    },
    close: async () => {
      await close()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}
