import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runToEnd, startChild, type Command } from './children.ts'

describe('a child', () => {
  test('is ready when what it does is seen, and ends when it is stopped', async () => {
    const command = node('console.log("ready"); setInterval(() => {}, 1000)')
    const child = startChild(command)
    await child.ready(() => readFileSync(command.log, 'utf8').includes('ready'), 20_000)
    await child.stop()
    expect(() => process.kill(child.pid, 0)).toThrow('ESRCH')
    // Once more does no harm.
    await child.stop()
  })

  test('that ends instead is told with the end of its log', async () => {
    const child = startChild(node('console.error("no database"); process.exit(1)'))
    await expect(child.ready(() => false, 20_000)).rejects.toThrow(/ended.*\nno database/)
  })

  test('is run to its end, with what it is to read', async () => {
    const command = node('process.stdin.pipe(process.stdout)')
    await runToEnd(command, 'VACUUM ANALYZE')
    expect(readFileSync(command.log, 'utf8')).toBe('VACUUM ANALYZE')
    await expect(runToEnd(node('process.exit(3)'))).rejects.toThrow('ended with 3')
  })
})

function node(script: string): Command {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-children-'))
  return {
    file: process.execPath,
    args: ['-e', script],
    cwd: folder,
    log: join(folder, 'log'),
  }
}
