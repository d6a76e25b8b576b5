import { defineProject } from 'vitest/config'

// The seven real Workers. They are bundled once, and started once for all files that a process runs.
export default defineProject({
  test: {
    name: 'system',
    include: ['**/*.test.ts'],
    globalSetup: './build-workers.ts',
    setupFiles: './show-errors.ts',
    pool: 'forks',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
