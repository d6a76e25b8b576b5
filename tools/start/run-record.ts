import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from './start-error.ts'

const HEARTBEAT_MS = 10_000

// Older than this, a record of a running shop is one of a shop that was killed.
const STALE_AFTER_MS = 60_000

/** How long a message may be in a queue, where its retries wait for minutes: what dies with the runtime. */
const IN_QUEUE_MS = 10 * 60_000

/** `run.json` in the state folder: who uses it, since when, and how it ended. */
interface RunRecord {
  readonly pid: number
  readonly port: number
  readonly startedAt: string
  readonly aliveAt: string
  /** Missing when the process was killed. */
  readonly stoppedAt?: string
  /** What was said since then may have been lost, or was sent again and may still be in a queue. */
  readonly lostSince?: string
  /** The process group of the Workers. */
  readonly group?: number
}

/** When a message that is in a queue now was said, at the earliest. */
export function earliestInQueue(now = Date.now()): string {
  return new Date(now - IN_QUEUE_MS).toISOString()
}

/** One use of the state folder, from claiming it to letting it go. */
export interface Run {
  /** Undefined where nothing can be lost: on the first start. */
  readonly lostSince: string | undefined
  readonly wasKilledBefore: boolean
  /** The process group of the Workers of a shop that was killed: they may have outlived it. */
  readonly groupBefore: number | undefined
  /** Says which process group the Workers are. */
  hasWorkers(group: number): void
  /**
   * The lost messages are on their way. Until they have had the time to arrive, a start that finds this
   * one killed sends them again: by then they may be older than what it looks back for.
   */
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
  const lostSince = before && lookBack(before)
  let arrivedAt = lostSince === undefined ? 0 : Infinity
  const groupBefore = before?.stoppedAt === undefined ? before?.group : undefined
  let group = groupBefore

  function write(end?: { stoppedAt: string }): void {
    const lost = Date.now() >= arrivedAt ? {} : { lostSince }
    const workers = group === undefined ? {} : { group }
    const times = { startedAt, aliveAt: now(), ...lost, ...end }
    const record = { pid: process.pid, port, ...workers, ...times }
    writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`)
    renameSync(`${file}.new`, file)
  }

  write()
  const heartbeat = setInterval(() => write(), HEARTBEAT_MS)
  heartbeat.unref()
  return {
    lostSince,
    wasKilledBefore: before !== undefined && before.stoppedAt === undefined,
    groupBefore,
    hasWorkers(id) {
      group = id
      write()
    },
    caughtUp() {
      arrivedAt = Math.min(arrivedAt, Date.now() + IN_QUEUE_MS)
      write()
    },
    end() {
      clearInterval(heartbeat)
      write({ stoppedAt: now() })
    },
  }
}

function lookBack({ aliveAt, stoppedAt, lostSince }: RunRecord): string {
  const inQueue = earliestInQueue(Date.parse(stoppedAt ?? aliveAt))
  return lostSince !== undefined && lostSince < inQueue ? lostSince : inQueue
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
