import { resolve } from 'node:path'
import { defineProject } from 'vitest/config'

// Plain Node: the platform is simulated, so that a seed decides everything.
export default defineProject({
  resolve: {
    alias: {
      'cloudflare:workers': resolve(import.meta.dirname, 'platform/cloudflare-workers.ts'),
    },
  },
  test: {
    name: 'simulation',
    include: ['**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
  },
})
