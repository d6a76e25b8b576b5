import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from './start-error.ts'

const HEARTBEAT_MS = 10_000

// Older than this, a record of a running shop is one of a shop that was killed.
const STALE_AFTER_MS = 60_000

// How far back to look for messages that died in a queue: retries wait there for minutes.
const LOOK_BACK_AFTER_CRASH_MS = 10 * 60_000
const LOOK_BACK_AFTER_STOP_MS = 2 * 60_000

/** `run.json` in the state folder: who uses it, since when, and how it ended. */
interface RunRecord {
  readonly pid: number
  readonly port: number
  readonly startedAt: string
  readonly aliveAt: string
  /** Missing when the process was killed. */
  readonly stoppedAt?: string
  /** What was published since then may have been lost and was not yet sent again. */
  readonly lostSince?: string
}

/** One use of the state folder, from claiming it to letting it go. */
export interface Run {
  /** Undefined where nothing can be lost: on the first start. */
  readonly lostSince: string | undefined
  readonly wasKilledBefore: boolean
  /** The lost messages are on their way. Until then, every start tries again. */
  caughtUp(): void
  end(): void
}

/** Claims the state folder for this process. Two runtimes on the same SQLite files corrupt them. */
export function beginRun(state: string, port: number): Run {
  const file = join(state, 'run.json')
  const before = readRecord(file)
  if (before !== undefined && isRunning(before)) {
    throw new StartError(
      `A shop is already running on port ${before.port} with the state folder ${state} ` +
        `(process ${before.pid}); stop it, or set PORT and KIOSK_STATE to start another.`,
    )
  }
  const startedAt = now()
  const lostSince = before && (before.lostSince ?? lookBack(before))
  let isCaughtUp = lostSince === undefined

  function write(end?: { stoppedAt: string }): void {
    const lost = isCaughtUp ? {} : { lostSince }
    const record = { pid: process.pid, port, startedAt, aliveAt: now(), ...lost, ...end }
    writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`)
    renameSync(`${file}.new`, file)
  }

  write()
  const heartbeat = setInterval(() => write(), HEARTBEAT_MS)
  heartbeat.unref()
  return {
    lostSince,
    wasKilledBefore: before !== undefined && before.stoppedAt === undefined,
    caughtUp() {
      isCaughtUp = true
      write()
    },
    end() {
      clearInterval(heartbeat)
      write({ stoppedAt: now() })
    },
  }
}

function lookBack({ aliveAt, stoppedAt }: RunRecord): string {
  const end =
    stoppedAt === undefined
      ? Date.parse(aliveAt) - LOOK_BACK_AFTER_CRASH_MS
      : Date.parse(stoppedAt) - LOOK_BACK_AFTER_STOP_MS
  return new Date(end).toISOString()
}

function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord
  } catch {
    return undefined
  }
}

// The process id alone would not do: after a crash it may belong to somebody else.
function isRunning(record: RunRecord): boolean {
  if (record.stoppedAt !== undefined || record.pid === process.pid) return false
  if (Date.now() - Date.parse(record.aliveAt) > STALE_AFTER_MS) return false
  try {
    return process.kill(record.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function now(): string {
  return new Date().toISOString()
}
