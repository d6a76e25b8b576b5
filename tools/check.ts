import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ROOT } from './build.ts'

const STEPS = {
  format: 'oxfmt --check .',
  lint: 'oxlint',
  types: 'tsc -b . tools',
  layers: 'depcruise packages workers tools tests',
  unused: 'knip --no-config-hints',
} as const

/** Runs every step, also after one has failed, and returns the names of those that failed. */
export function check(): string[] {
  const failed: string[] = []
  for (const [name, command] of Object.entries(STEPS)) {
    console.log(`\n── ${name}: ${command}`)
    const { status } = spawnSync(command, {
      cwd: ROOT,
      env: { ...process.env, PATH: pathWithTools() },
      shell: true,
      stdio: 'inherit',
    })
    if (status !== 0) failed.push(name)
  }
  if (failed.length > 0) console.error(`\ncheck failed: ${failed.join(', ')} (try: pnpm fix)`)
  return failed
}

// node_modules/.bin holds the tools, and the Node that the repository pins.
function pathWithTools(): string {
  return [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
}

if (import.meta.main && check().length > 0) process.exitCode = 1
