import { defineProject } from 'vitest/config'

// The seven real Workers with the seam around them: a few journeys of `pnpm prove`.
export default defineProject({
  test: {
    name: 'faults',
    include: ['**/*.test.ts'],
    globalSetup: './build-faulty-workers.ts',
    pool: 'forks',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
