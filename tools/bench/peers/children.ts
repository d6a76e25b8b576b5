import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { familyOf } from './family.ts'

const END_WITHIN_MS = 15_000
const TOLD_OF_LOG = 2000

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  /** Whom it runs as; the one who runs this, if left out. */
  readonly uid?: number | undefined
  /** The file that has what it prints, of this run only. */
  readonly log: string
}

export interface Child {
  readonly pid: number
  /** Waits until `isReady` is true. @throws when the process ends before, or in time */
  ready(isReady: () => boolean | Promise<boolean>, withinMs: number): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
}

const started = new Set<number>()

export function startChild(command: Command): Child {
  const child = launch(command)
  const ended = once(child, 'exit')
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  return {
    pid: child.pid ?? 0,
    async ready(isReady, withinMs) {
      for (const deadline = Date.now() + withinMs; !(await isReady()); await sleep(100)) {
        if (hasEnded()) throw failed(command, 'ended')
        if (Date.now() > deadline) throw failed(command, 'is not ready')
      }
    },
    async stop(signal = 'SIGTERM') {
      if (hasEnded()) return
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Runs a command to its end. @throws with the end of its log when it fails */
export async function runToEnd(command: Command, input?: string): Promise<void> {
  const child = launch(command, input)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw failed(command, `ended with ${code}`)
}

/** Asks all that still runs to end, and waits a while: PostgreSQL leaves shared memory behind otherwise. */
export async function endSoon(): Promise<void> {
  signalAll([...started], 'SIGINT')
  const deadline = Date.now() + END_WITHIN_MS
  while (started.size > 0 && Date.now() < deadline) await sleep(50)
}

/** Ends all that was started and what that started: for when there is no time to wait. */
export function endAll(): void {
  signalAll(familyOf([...started]), 'SIGKILL')
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended since.
    }
  }
}

function launch({ file, args, cwd, env, uid, log }: Command, input?: string) {
  const output = openSync(log, 'w')
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', output, output],
    ...(uid !== undefined && { uid }),
  })
  closeSync(output)
  const { pid } = child
  if (pid !== undefined) {
    started.add(pid)
    child.once('exit', () => started.delete(pid))
  }
  child.stdin?.end(input)
  return child
}

function failed({ file, args, log }: Command, what: string): Error {
  const end = readFileSync(log, 'utf8').slice(-TOLD_OF_LOG)
  return new Error(`${file} ${args.join(' ')} ${what}. The end of ${log}:\n${end}`)
}
