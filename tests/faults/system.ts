import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultyBundle, QUIET_WRANGLER, WORKERS } from '../../tools/build.ts'
import { startLean } from '../../tools/lean/lean.ts'
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

/**
 * Starts a system from the bundles of `buildFaultyWorkers`, without wrangler's proxy in front: thousands of
 * trials pay for it, a quarter of their time.
 */
export async function startFaultySystem(
  vars: Readonly<Record<string, string>> = {},
): Promise<FaultySystem> {
  Object.assign(process.env, QUIET_WRANGLER, { WRANGLER_LOG: 'error' })
  const stateDir = mkdtempSync(join(tmpdir(), 'kiosk-faults-'))
  const { url, close } = await startLean({
    stateDir,
    bundle: faultyBundle,
    vars: { ...TEST_SECRETS, ...PROVING_DURATIONS, ...vars },
  })
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
    close: async () => {
      await close()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}
