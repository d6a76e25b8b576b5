import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginRun } from './run-record.ts'

const PORT = 8787
const NOBODY = 2 ** 30

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'kiosk-run-'))
})
afterEach(() => {
  rmSync(state, { recursive: true })
})

describe('claiming the state folder', () => {
  test('refuses while another process runs a shop on it', () => {
    write({ pid: process.ppid, aliveAt: new Date().toISOString() })
    expect(() => beginRun(state, PORT)).toThrow(/already running on port 8787/)
  })

  test('takes over from a process that is gone', () => {
    write({ pid: NOBODY, aliveAt: new Date().toISOString() })
    expect(() => beginRun(state, PORT)).not.toThrow()
  })

  test('takes over from a process that has not been heard of for long', () => {
    write({ pid: process.ppid, aliveAt: '2026-01-01T00:00:00.000Z' })
    expect(() => beginRun(state, PORT)).not.toThrow()
  })
})

describe('what the queues may have lost', () => {
  test('is nothing on the first start', () => {
    expect(beginRun(state, PORT).lostSince).toBeUndefined()
  })

  test('goes back ten minutes from the last sign of life after a kill', () => {
    write({ pid: NOBODY, aliveAt: '2026-01-01T00:20:00.000Z' })
    const run = beginRun(state, PORT)
    expect(run.lostSince).toBe('2026-01-01T00:10:00.000Z')
    expect(run.wasKilledBefore).toBe(true)
  })

  test('goes back two minutes after a stop', () => {
    const stoppedAt = '2026-01-01T00:20:00.000Z'
    write({ pid: NOBODY, aliveAt: stoppedAt, stoppedAt })
    const run = beginRun(state, PORT)
    expect(run.lostSince).toBe('2026-01-01T00:18:00.000Z')
    expect(run.wasKilledBefore).toBe(false)
  })

  test('is remembered over starts that fail before it was sent again', () => {
    write({ pid: NOBODY, aliveAt: '2026-01-01T00:20:00.000Z' })
    beginRun(state, PORT).end()
    const run = beginRun(state, PORT)
    expect(run.lostSince).toBe('2026-01-01T00:10:00.000Z')
    run.caughtUp()
    run.end()
    expect(JSON.parse(readFileSync(join(state, 'run.json'), 'utf8'))).not.toHaveProperty(
      'lostSince',
    )
  })
})

function write(record: object): void {
  const full = { port: PORT, startedAt: '2026-01-01T00:00:00.000Z', ...record }
  writeFileSync(join(state, 'run.json'), JSON.stringify(full))
}
