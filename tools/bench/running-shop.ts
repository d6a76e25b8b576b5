import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { cpuMs } from './processes.ts'
import { untilAtRest } from './rest.ts'
import type { Started } from './server.ts'
import type { Yardstick } from './yardsticks.ts'

/** A Kiosk that runs in a process of its own. */
export interface RunningShop {
  readonly url: string
  readonly stateDir: string
  /** Process ids: of workerd, and of the Node that Miniflare runs in. */
  readonly runtime: number
  readonly host: number
  /** From the start of its process to the address, ms. */
  readonly startedInMs: number
  yardstick(name: Yardstick): string
  /** Waits until the shop has nothing left to do. */
  settle(): Promise<void>
  stop(): Promise<void>
}

export async function runShop(stateDir: string, withYardsticks = false): Promise<RunningShop> {
  const startedAt = performance.now()
  const child = fork(
    fileURLToPath(import.meta.resolve('./server.ts')),
    [stateDir, ...(withYardsticks ? ['with-yardsticks'] : [])],
    {
      // Ctrl-C reaches the benchmark alone, which then lets go of the shop.
      detached: true,
      // What starting leaves behind is collected soon, and little is made later.
      execArgv: ['--max-semi-space-size=1'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  )
  const { url, runtime = 0, yardsticks } = await firstWord(child)
  return {
    url: url.replace(/\/$/, ''),
    stateDir,
    runtime,
    host: child.pid ?? 0,
    startedInMs: performance.now() - startedAt,
    yardstick(name) {
      const address = yardsticks[name]
      if (address === undefined) throw new Error(`the yardstick ${name} does not run`)
      return address.replace(/\/$/, '')
    },
    settle: () => untilAtRest(() => cpuMs(runtime)),
    async stop() {
      if (!child.connected) return
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

async function firstWord(child: ChildProcess): Promise<Started> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the shop did not start: its process ended with ${code}`)
  })
  const [started] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => {})
  return started as Started
}
