import { defineProject } from 'vitest/config'

// The seven real Workers with counters around them: what each operation costs, to the row.
export default defineProject({
  test: {
    name: 'cost',
    include: ['**/*.test.ts'],
    globalSetup: './build-counting-workers.ts',
    pool: 'forks',
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
})
