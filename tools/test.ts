import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseCLI, startVitest, type TestModule, type Vitest } from 'vitest/node'
import { QUIET_WRANGLER, ROOT } from './build.ts'

// pnpm test                                  everything: format, lint, types, layers, every test
// pnpm test --project orders place-order     vitest's filters and options; then nothing is checked
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const isWhole = process.argv.length === 2

/** Two more than there are cores: of the tests, those that wait for holds and queues leave them idle. */
const maxWorkers = options.maxWorkers ?? availableParallelism() + 2

/** Of a check that fails everywhere, too. */
const OUTPUT = { maxBuffer: 64 * 1024 * 1024 }

Object.assign(process.env, QUIET_WRANGLER)
// What is started over and over, wrangler above all, is compiled once.
process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules/.cache/compiled')
const checks = isWhole ? runChecks() : null
const { passed, failed } = await runTests()
const { isClean, output } = (await checks) ?? { isClean: true, output: '' }
console.log(output)

// Vitest sets the exit code when it cannot run at all, as when a Worker does not bundle.
const failedInAll = failed + (isClean ? 0 : 1) || Number(process.exitCode ?? 0)
// The last line of the output. What a failed start left open must not keep the process alive after it.
process.stdout.write(`${passed} passed, ${failedInAll} failed\n`, () =>
  process.exit(failedInAll > 0 ? 1 : 0),
)

/** Runs `pnpm check` on the side; what it prints is shown when the tests have ended. */
async function runChecks(): Promise<{ isClean: boolean; output: string }> {
  try {
    const args = [join(import.meta.dirname, 'check.ts')]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, OUTPUT)
    return { isClean: true, output: stdout + stderr }
  } catch (error) {
    const { stdout = '', stderr = String(error) } = error as { stdout?: string; stderr?: string }
    return { isClean: false, output: stdout + stderr }
  }
}

async function runTests(): Promise<{ passed: number; failed: number }> {
  try {
    const vitest = await startVitest(filter, { ...options, maxWorkers, run: true, watch: false })
    await vitest.close()
    return count(vitest)
  } catch (error) {
    console.error(error)
    return { passed: 0, failed: 1 }
  }
}

function count({ state }: Vitest): { passed: number; failed: number } {
  let passed = 0
  let failed = state.getUnhandledErrors().length
  for (const module of state.getTestModules()) {
    for (const test of module.children.allTests()) {
      const outcome = test.result().state
      if (outcome === 'passed') passed += 1
      if (outcome === 'failed') failed += 1
    }
    failed += brokenSuites(module)
  }
  return { passed, failed }
}

// A file that does not load, or a hook that throws, fails without any test of its own failing.
function brokenSuites(module: TestModule): number {
  const suites = [...module.children.allSuites()]
  return [module, ...suites].filter((suite) => suite.errors().length > 0).length
}
