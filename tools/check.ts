import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ROOT } from './build.ts'

const STEPS = {
  format: 'oxfmt --check .',
  lint: 'oxlint',
  // More checkers find out the same types again, each for itself: twice the work.
  types: 'tsc -b . tools --checkers 1',
  layers: 'depcruise packages workers tools tests',
  unused: 'knip --no-config-hints',
  documents: 'node tools/lint-documents.ts',
  wiring: 'node tools/wiring.ts',
} as const

/**
 * knip reads configurations through jiti, which translates all that they import, wrangler too, with Babel:
 * nine tenths of its work in a fresh clone. This Node runs TypeScript as it is.
 */
const NATIVE_CONFIGS = { JITI_TRY_NATIVE: 'true' } as const

// Every step runs, also after one has failed.
const failed: string[] = []
for (const [name, command] of Object.entries(STEPS)) {
  console.log(`\n── ${name}: ${command}`)
  const { status } = spawnSync(command, {
    cwd: ROOT,
    env: { ...process.env, ...NATIVE_CONFIGS, PATH: pathWithTools() },
    shell: true,
    stdio: 'inherit',
  })
  if (status !== 0) failed.push(name)
}
if (failed.length > 0) {
  console.error(`\ncheck failed: ${failed.join(', ')} (try: pnpm fix)`)
  process.exitCode = 1
}

// node_modules/.bin holds the tools, and the Node that the repository pins.
function pathWithTools(): string {
  return [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
}
