import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { beginRun, type Run } from './run-record.ts'

const PORT = 8787
const NOBODY = 2 ** 30

let state: string
const begun: Run[] = []

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'kiosk-run-'))
})
afterEach(() => {
  for (const run of begun.splice(0)) run.end()
  vi.useRealTimers()
  rmSync(state, { recursive: true })
})

describe('claiming the state folder', () => {
  test('refuses while another process runs a shop on it', () => {
    write({ pid: process.ppid, aliveAt: new Date().toISOString() })
    expect(() => begin()).toThrow(/already running on port 8787/)
  })

  test('takes over from a process that is gone', () => {
    write({ pid: NOBODY, aliveAt: new Date().toISOString() })
    expect(() => begin()).not.toThrow()
  })

  test('takes over from a process that has not been heard of for long', () => {
    write({ pid: process.ppid, aliveAt: '2026-01-01T00:00:00.000Z' })
    expect(() => begin()).not.toThrow()
  })
})

describe('what the queues may have lost', () => {
  test('is nothing on the first start', () => {
    expect(begin().lostSince).toBeUndefined()
  })

  test('goes back ten minutes from the last sign of life after a kill', () => {
    write({ pid: NOBODY, aliveAt: '2026-01-01T00:20:00.000Z' })
    const run = begin()
    expect(run.lostSince).toBe('2026-01-01T00:10:00.000Z')
    expect(run.wasKilledBefore).toBe(true)
  })

  test('goes back as far after a stop, which empties the queues as well', () => {
    const stoppedAt = '2026-01-01T00:20:00.000Z'
    write({ pid: NOBODY, aliveAt: stoppedAt, stoppedAt })
    const run = begin()
    expect(run.lostSince).toBe('2026-01-01T00:10:00.000Z')
    expect(run.wasKilledBefore).toBe(false)
  })

  test('is remembered over starts that fail before it was sent again', () => {
    write({ pid: NOBODY, aliveAt: '2026-01-01T00:20:00.000Z' })
    begin().end()
    expect(begin().lostSince).toBe('2026-01-01T00:10:00.000Z')
  })

  test('is sent again by the next start, too, when this one is killed before it can have arrived', () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T08:00:00.000Z') })
    write({ pid: NOBODY, aliveAt: '2026-01-01T00:20:00.000Z' })
    begin().caughtUp()
    vi.advanceTimersByTime(5 * 60_000)
    expect(begin().lostSince).toBe('2026-01-01T00:10:00.000Z')
  })

  test('is forgotten when it has had the time to arrive', () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T08:00:00.000Z') })
    write({ pid: NOBODY, aliveAt: '2026-01-01T00:20:00.000Z' })
    begin().caughtUp()
    vi.advanceTimersByTime(11 * 60_000)
    expect(begin().lostSince).toBe('2026-01-01T08:01:00.000Z')
  })
})

describe('the Workers of a shop that was killed', () => {
  test('are known to the next start', () => {
    begin().hasWorkers(4711)
    expect(begin().groupBefore).toBe(4711)
  })

  test('are nobody after a stop', () => {
    const run = begin()
    run.hasWorkers(4711)
    run.end()
    expect(begin().groupBefore).toBeUndefined()
  })
})

function begin(): Run {
  const run = beginRun(state, PORT)
  begun.push(run)
  return run
}

function write(record: object): void {
  const full = { port: PORT, startedAt: '2026-01-01T00:00:00.000Z', ...record }
  writeFileSync(join(state, 'run.json'), JSON.stringify(full))
}
