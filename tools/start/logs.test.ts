import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLogs, type Logs } from './logs.ts'

let folder: string
let logs: Logs

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-logs-'))
  logs = openLogs(folder, false)
})
afterEach(async () => {
  await logs.end()
  rmSync(folder, { recursive: true })
})

test('keeps the JSON lines of the Workers apart from what wrangler says', async () => {
  logs.write('⎔ Starting local server...\n[kiosk-orders] {"level":"info"}\n[kiosk-or')
  logs.write('ders] {"level":"info","n":2}\n✘ [ERROR] {"level":"error"}\n{"level":"warn"}\n')
  await logs.end()
  expect(readFileSync(logs.workersFile, 'utf8')).toBe(
    '{"level":"info"}\n{"level":"info","n":2}\n{"level":"error"}\n{"level":"warn"}\n',
  )
  expect(readFileSync(logs.wranglerFile, 'utf8')).toBe('⎔ Starting local server...\n')
})

test('remembers the last lines of wrangler, without colours', () => {
  for (let line = 1; line <= 100; line += 1) logs.write(`\u001B[31mline ${line}\u001B[0m\n`)
  expect(logs.tail().split('\n').at(-1)).toBe('line 100')
  expect(logs.tail().split('\n').length).toBeLessThan(50)
})

test('notices that the Workers do not build', () => {
  expect(logs.buildFailed()).toBe(false)
  logs.write('✘ [ERROR] Build failed with 1 error:\n')
  expect(logs.buildFailed()).toBe(true)
})

test('tells when wrangler has put changed sources to work', () => {
  let reloads = 0
  logs.onReload(() => (reloads += 1))
  logs.write('⎔ Reloading local server...\n⎔ Local server updated and ready\n')
  expect(reloads).toBe(1)
})
