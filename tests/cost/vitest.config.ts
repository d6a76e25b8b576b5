import { defineProject } from 'vitest/config'

// The seven real Workers with counters around them: what each operation costs, to the row.
export default defineProject({
  test: {
    name: 'cost',
    include: ['**/*.test.ts'],
    globalSetup: './build-counting-workers.ts',
    pool: 'forks',
    // With the system tests, which ask for the same.
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
})
