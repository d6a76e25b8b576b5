import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import getPort from 'get-port'
import { ROOT } from '../build.ts'
import { listProcesses, type Process } from '../start/processes.ts'

const OPEN_WITHIN_MS = 240_000
const POLL_MS = 100
const OPEN = 'Kiosk is open'

/** `everything`: as when the power fails. The others leave something alive that must put things right. */
export type Victim = 'everything' | 'start' | 'workerd' | 'proxy'

/** A shop with its own state and port, run by `start` itself, for tools that break it. */
export class OwnShop {
  readonly url: string
  readonly state: string
  readonly #port: number
  readonly #logFile: string
  #start: ChildProcess | undefined
  #said = ''

  private constructor(port: number, state: string) {
    this.#port = port
    this.url = `http://localhost:${port}`
    this.state = state
    this.#logFile = join(state, 'start.log')
  }

  static async make(name: string): Promise<OwnShop> {
    return new OwnShop(await getPort(), mkdtempSync(join(tmpdir(), `kiosk-${name}-`)))
  }

  /** Starts it without waiting for it. */
  launch(): void {
    const child = spawn(process.execPath, [join(ROOT, 'tools/start.ts')], {
      cwd: ROOT,
      // Ctrl-C reaches this tool alone, which then stops the shop.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PORT: String(this.#port),
        KIOSK_STATE: this.state,
        KIOSK_SEED: 'scratch',
        KIOSK_LOGS: '',
      },
    })
    this.#start = child
    this.#said = ''
    const log = createWriteStream(this.#logFile, { flags: 'a' })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        if (this.#start === child) this.#said += text
        log.write(text)
      })
    }
  }

  /** Waits until `start` says that the shop is open; before that, it sends lost messages again. */
  async open(): Promise<void> {
    const deadline = Date.now() + OPEN_WITHIN_MS
    while (!this.#said.includes(OPEN)) {
      if (this.#hasEnded() || Date.now() > deadline) {
        throw new Error(`the shop does not start; ${this.#logFile} ends with:\n${this.tail()}`)
      }
      await sleep(POLL_MS)
    }
  }

  /** Whether `start` still runs. */
  isRunning(): boolean {
    return this.#start !== undefined && !this.#hasEnded()
  }

  /** How often `start` said that it had put right what a dead runtime left. */
  recoveries(): number {
    return this.#said.split('the Workers were started again').length - 1
  }

  /** Ends processes as the kernel does when memory runs out: at once. Returns how many. */
  kill(victim: Victim): number {
    const victims = this.#find(victim)
    for (const { pid } of victims) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It was quicker.
      }
    }
    return victims.length
  }

  /** Asks `start` to stop, and waits until nothing of it is left. */
  async stop(): Promise<void> {
    const child = this.#start
    if (child === undefined || this.#hasEnded()) return
    child.kill('SIGTERM')
    await Promise.race([once(child, 'exit'), sleep(30_000)])
    this.kill('everything')
  }

  /** Deletes all that it left behind. */
  remove(): void {
    rmSync(this.state, { recursive: true, force: true, maxRetries: 5 })
  }

  tail(): string {
    return readFileSync(this.#logFile, 'utf8').trim().split('\n').slice(-25).join('\n')
  }

  #hasEnded(): boolean {
    return this.#start?.exitCode !== null || this.#start.signalCode !== null
  }

  #find(victim: Victim): Process[] {
    const all = descendants(listProcesses(), this.#start?.pid ?? -1)
    const runtimes = all.filter(({ command }) => /workerd .*serve /.test(command))
    const isProxy = ({ command }: Process) => command.includes(`:${this.#port} `)
    switch (victim) {
      case 'everything':
        return all
      case 'start':
        return all.slice(0, 1)
      case 'workerd':
        return runtimes.filter((process) => !isProxy(process))
      case 'proxy':
        return runtimes.filter(isProxy)
    }
  }
}

/** A process and all that come from it, parents first. */
export function descendants(processes: readonly Process[], root: number): Process[] {
  const found = processes.filter(({ pid }) => pid === root)
  for (const { pid } of found) found.push(...processes.filter(({ parent }) => parent === pid))
  return found
}
