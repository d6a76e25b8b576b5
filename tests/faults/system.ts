import { createTestHarness } from 'wrangler'
import { faultyBundle, QUIET_WRANGLER, WORKERS, workerConfig } from '../../tools/build.ts'
import { TEST_SECRETS } from '../support/secrets.ts'
import { PROVING_DURATIONS } from './durations.ts'
import { SEAM_PATH, type SeamCommand, type SeamReply } from './seam/protocol.ts'

type Commands = Readonly<Record<string, SeamCommand>>
export type Replies = Readonly<Record<string, SeamReply>>

/** The seven Workers with the seam around them. */
export interface FaultySystem {
  readonly url: URL
  /** Commands to the seams of some Workers, by their names. */
  seam(commands: Commands): Promise<Replies>
  /** The same command to all of them. */
  seams(command: SeamCommand): Promise<Replies>
  close(): Promise<void>
}

const OWNERS = WORKERS.filter((name) => name !== 'gateway')

/** Starts a system from the bundles of `buildFaultyWorkers`. */
export async function startFaultySystem(
  vars: Readonly<Record<string, string>> = {},
): Promise<FaultySystem> {
  Object.assign(process.env, QUIET_WRANGLER, { WRANGLER_LOG: 'error' })
  const harness = createTestHarness({
    workers: WORKERS.map((name) => ({
      configPath: workerConfig(name),
      prebuiltWorkerDir: faultyBundle(name),
      vars: { ...PROVING_DURATIONS, ...vars },
      secrets: { ...TEST_SECRETS },
    })),
  })
  const { url } = await harness.listen()
  await Promise.all(
    OWNERS.map((name) => harness.getWorker(`kiosk-${name}`).applyD1Migrations('DB')),
  )
  async function seam(commands: Commands): Promise<Replies> {
    const body = JSON.stringify(commands)
    const response = await fetch(new URL(SEAM_PATH, url), { method: 'POST', body })
    const text = await response.text()
    if (!response.ok) throw new Error(`The seam does not answer: ${text.slice(0, 500)}`)
    return JSON.parse(text) as Replies
  }
  return {
    url,
    seam,
    seams: (command) => seam(Object.fromEntries(WORKERS.map((name) => [name, command]))),
    close: () => harness.close(),
  }
}
