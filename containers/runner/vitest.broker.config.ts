import { defineConfig } from 'vitest/config'

// What only a real broker can show. See tools/containers.ts.
export default defineConfig({
  test: {
    name: 'broker',
    include: ['test/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
