import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import getPort from 'get-port'
import { ROOT } from '../../build.ts'
import type { Subject } from '../result.ts'

const OPEN = 'Kiosk is open'
const OPEN_WITHIN_MS = 300_000
const STOP_WITHIN_MS = 30_000

/**
 * `pnpm start` of an installed checkout, as a person runs it: once on a new state folder, with migrations
 * and the seed of the demonstration shop, and once more on what that left.
 *
 * @param root the folder to make state folders in
 */
export function startSubject(root: string): Subject {
  return {
    name: 'pnpm start',
    part: 'start',
    async measure() {
      const state = mkdtempSync(join(root, 'start-'))
      try {
        return [
          { metric: 'first, with its seed', unit: 's', value: await timeStart(state) },
          { metric: 'again', unit: 's', value: await timeStart(state) },
        ]
      } finally {
        rmSync(state, { recursive: true, force: true, maxRetries: 5 })
      }
    },
  }
}

async function timeStart(state: string): Promise<number> {
  const [command, ...args] = startCommand()
  const port = await getPort()
  const startedAt = performance.now()
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: String(port), KIOSK_STATE: state, KIOSK_SEED: '', KIOSK_LOGS: '' },
  })
  try {
    await saying(child, OPEN)
    return (performance.now() - startedAt) / 1000
  } finally {
    await end(child)
  }
}

/** Through pnpm, whose own start is part of it, where the benchmark was started through it, too. */
function startCommand(): [string, ...string[]] {
  const pnpm = process.env['npm_execpath']
  if (pnpm === undefined) return [process.execPath, join(ROOT, 'tools/start.ts')]
  return /[.][cm]?js$/.test(pnpm) ? [process.execPath, pnpm, 'start'] : [pnpm, 'start']
}

async function saying(child: ChildProcess, wanted: string): Promise<void> {
  let said = ''
  const heard = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes(wanted)) resolve()
      })
    }
  })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`start ended:\n${said}`)))
  const late = sleep(OPEN_WITHIN_MS, undefined, { ref: false }).then(() =>
    Promise.reject(new Error(`start is not open after ${OPEN_WITHIN_MS} ms:\n${said}`)),
  )
  await Promise.race([heard, ended, late])
  ended.catch(() => {})
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  // The whole group: pnpm does not pass every signal on to what it runs.
  process.kill(-child.pid, 'SIGTERM')
  await Promise.race([gone, sleep(STOP_WITHIN_MS, undefined, { ref: false })])
}
