import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'vitest'

const WITHIN_MS = 60_000

// In a process of its own: if it stood still, it would do so for ever, and this one with it.
test('a Worker that logs more than anybody has read yet is not waited for by whoever reads', async () => {
  const script = join(import.meta.dirname, 'loud.ts')
  const options = {
    timeout: WITHIN_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
  } as const
  await promisify(execFile)(process.execPath, [script], options)
})
