import { defineProject } from 'vitest/config'

// The seven real Workers with counters around them: what each operation costs, to the row.
export default defineProject({
  test: {
    name: 'cost',
    include: ['**/*.test.ts'],
    globalSetup: './build-counting-workers.ts',
    pool: 'forks',
    // Stillness is told by time: a machine that stalls ends a count too early. A change costs the same twice.
    retry: 1,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
})
