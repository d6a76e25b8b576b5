import { parseCLI, startVitest, type TestModule, type Vitest } from 'vitest/node'
import { QUIET_WRANGLER } from './build.ts'
import { check } from './check.ts'

// pnpm test                                  everything: format, lint, types, layers, every test
// pnpm test --project orders place-order     vitest's filters and options; then nothing is checked
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const isWhole = process.argv.length === 2

Object.assign(process.env, QUIET_WRANGLER)
const failedChecks = isWhole ? check() : []
const { passed, failed } = await runTests()
if (failedChecks.length > 0) console.error(`check failed: ${failedChecks.join(', ')}`)

// Vitest sets the exit code when it cannot run at all, as when a Worker does not bundle.
const failedInAll = failed + failedChecks.length || Number(process.exitCode ?? 0)
// The last line of the output. What a failed start left open must not keep the process alive after it.
process.stdout.write(`${passed} passed, ${failedInAll} failed\n`, () =>
  process.exit(failedInAll > 0 ? 1 : 0),
)

async function runTests(): Promise<{ passed: number; failed: number }> {
  try {
    const vitest = await startVitest(filter, { ...options, run: true, watch: false })
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
