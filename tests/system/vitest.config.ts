import { defineProject } from 'vitest/config'

// The seven real Workers. They are bundled once, and started once for all files that a process runs. Two of
// them: these tests mostly wait, for alarms and queues.
export default defineProject({
  test: {
    name: 'system',
    include: ['**/*.test.ts'],
    globalSetup: './build-workers.ts',
    setupFiles: './show-errors.ts',
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    // After the unit tests: what waits for alarms and queues wants the machine to itself.
    sequence: { groupOrder: 1 },
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
