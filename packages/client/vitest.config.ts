import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineProject } from 'vitest/config'

// In workerd, which has nothing of Node. The system tests use the client in Node.
export default defineProject({
  plugins: [cloudflareTest({ miniflare: { compatibilityDate: '2026-10-20' } })],
  test: {
    name: 'client',
    include: ['src/**/*.test.ts'],
    isolate: false,
    restoreMocks: true,
  },
})
