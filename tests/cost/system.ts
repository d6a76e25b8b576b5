import { createTestHarness } from 'wrangler'
import { countingBundle, QUIET_WRANGLER, WORKERS, workerConfig } from '../../tools/build.ts'
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

/** What of a database the tests use: the tools, which import this file, know no types of Workers. */
interface Readable {
  readonly DB: { prepare(sql: string): { all(): Promise<{ readonly results: unknown[] }> } }
}

const OWNERS = WORKERS.filter((name) => name !== 'gateway')

/** Starts a system from the bundles of `buildCountingWorkers`. */
export async function startCountingSystem(): Promise<CountingSystem> {
  Object.assign(process.env, QUIET_WRANGLER, { WRANGLER_LOG: 'error' })
  const harness = createTestHarness({
    workers: WORKERS.map((name) => ({
      configPath: workerConfig(name),
      prebuiltWorkerDir: countingBundle(name),
      vars: COUNTING_DURATIONS,
      secrets: { ...TEST_SECRETS },
    })),
  })
  const { url } = await harness.listen()
  const worker = (name: string) => harness.getWorker(`kiosk-${name}`)
  await Promise.all(OWNERS.map((name) => worker(name).applyD1Migrations('DB')))
  return {
    url,
    count: async (command = {}) => {
      const body = JSON.stringify({ ...command, workers: OWNERS })
      const response = await fetch(new URL(COUNT_PATH, url), { method: 'POST', body })
      if (!response.ok) throw new Error(`The counters do not answer: ${response.status}`)
      return JSON.parse(await response.text()) as Tallies
    },
    tick: async () => {
      for (const name of OWNERS) await worker(name).scheduled({})
    },
    read: async <Row>(name: string, sql: string) => {
      const { DB } = (await worker(name).getEnv()) as unknown as Readable
      const { results } = await DB.prepare(sql).all()
      return results as Row[]
    },
    close: () => harness.close(),
  }
}
