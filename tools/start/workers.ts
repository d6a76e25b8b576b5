import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { QUIET_WRANGLER, ROOT, WORKERS } from '../build.ts'
import { openLogs, type Logs } from './logs.ts'
import { configOf } from './scratch.ts'
import type { Settings } from './settings.ts'
import { StartError } from './start-error.ts'

const HEALTHY_WITHIN_MS = 180_000
const POLL_MS = 200
const ANSWER_WITHIN_MS = 5_000
const STOP_WITHIN_MS = 8_000

/** All Workers in one `wrangler dev`, with their log. */
export interface Workers {
  readonly logs: Logs
  /** Their process group. */
  readonly group: number
  /** Resolves when the runtime is gone, whoever ended it. */
  readonly gone: Promise<void>
  waitUntilHealthy(): Promise<void>
  /** Asks nicely, then kills the whole process group, so that no workerd survives. */
  stop(): Promise<void>
}

export function startWorkers(settings: Settings): Workers {
  const logs = openLogs(settings.logs, settings.isPrintingLogs)
  const child = spawnWrangler(settings)
  child.stdout?.setEncoding('utf8').on('data', (text: string) => logs.write(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => logs.write(text))
  const gone = once(child, 'close').then(() => logs.end())

  async function waitUntilHealthy(): Promise<void> {
    const deadline = Date.now() + HEALTHY_WITHIN_MS
    while (!(await answers(`${settings.url}/healthz`))) {
      if (hasEnded(child)) throw failure('The Workers stopped before they were ready', logs)
      if (logs.buildFailed()) throw failure('The Workers do not build', logs)
      if (Date.now() > deadline) throw failure('The Workers did not answer in time', logs)
      await sleep(POLL_MS)
    }
  }

  async function stop(): Promise<void> {
    if (!hasEnded(child)) {
      child.kill('SIGTERM')
      await Promise.race([gone, sleep(STOP_WITHIN_MS)])
    }
    killGroup(child.pid)
    await gone
  }

  // No id means that the process could not be started, which `gone` tells.
  return { logs, group: child.pid ?? 0, gone, waitUntilHealthy, stop }
}

function spawnWrangler(settings: Settings): ChildProcess {
  const { port, state } = settings
  const lifeline = fileURLToPath(import.meta.resolve('./end-with-parent.ts'))
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
  const configs = WORKERS.map((worker) => `--config=${configOf(settings, worker)}`)
  const options = [
    `--port=${port}`,
    `--persist-to=${state}`,
    '--show-interactive-dev-session=false',
    // The limits count per address, and in development everybody has the same one.
    '--var=RATE_LIMITS:off',
  ]
  return spawn(process.execPath, ['--import', lifeline, wrangler, 'dev', ...configs, ...options], {
    cwd: ROOT,
    // A group of its own: Ctrl-C reaches this tool alone, which then ends the Workers in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...wranglerEnvironment(state) },
  })
}

function wranglerEnvironment(state: string): Record<string, string> {
  return {
    ...QUIET_WRANGLER,
    FORCE_COLOR: '0',
    WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_WRITE_LOGS: 'false',
    // Wrangler finds the Workers of other shops through a registry, which would mix two shops up.
    WRANGLER_REGISTRY_PATH: join(state, 'registry'),
  }
}

/** Whether an address answers well, and soon. */
export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function killGroup(group: number | undefined): void {
  if (group === undefined) return
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // Nobody is left in the group, as it should be.
  }
}

function failure(what: string, logs: Logs): StartError {
  return new StartError(`${what}. The last lines of ${logs.wranglerFile}:\n\n${logs.tail()}`)
}
