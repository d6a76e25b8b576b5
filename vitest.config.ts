import { defineConfig } from 'vitest/config'
import { WaitingFirst } from './tests/support/waiting-first.ts'

// pnpm test <words> runs the files whose path has one of the words;
// pnpm vitest run --project orders runs one Worker's.
export default defineConfig({
  test: {
    // What a passing test prints is noise; a failing one shows its log.
    silent: 'passed-only',
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        test: {
          name: 'rules',
          include: ['packages/contracts/**/*.test.ts', 'workers/*/src/domain/**/*.test.ts'],
          // Pure functions leave nothing behind that another file could see.
          isolate: false,
        },
      },
      // Some of them start wrangler, which takes its time on a busy machine.
      {
        // @actions/workflow-parser names source maps that it does not ship.
        logLevel: 'error',
        test: {
          name: 'tools',
          include: [
            'tools/**/*.test.ts',
            'packages/client/test/**/*.test.ts',
            'containers/runner/src/**/*.test.ts',
          ],
          testTimeout: 60_000,
          isolate: false,
          // @actions/workflow-parser imports JSON in a way that bundlers understand and Node does not.
          server: { deps: { inline: ['@actions/workflow-parser'] } },
        },
      },
      'packages/client',
      'packages/kit',
      'workers/*',
      'tests/cost',
      'tests/simulation',
      'tests/system',
      'tests/faults',
    ],
  },
})
