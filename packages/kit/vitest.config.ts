import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineProject } from 'vitest/config'
import { fastInWorkerd } from '../../tests/support/worker-project.ts'

const folder = import.meta.dirname
// The Worker that exports the Durable Objects of the tests, if there are any.
const main = join(folder, 'test/worker.ts')

// The plumbing is tested where it runs: in workerd, with a D1 of its own.
export default defineProject({
  plugins: [
    cloudflareTest({
      ...(existsSync(main) && { main }),
      miniflare: {
        compatibilityDate: '2026-10-20',
        compatibilityFlags: ['service_binding_extra_handlers'],
        d1Databases: ['DB'],
      },
    }),
  ],
  test: {
    name: 'kit',
    include: ['src/**/*.test.ts'],
    setupFiles: [resolve(folder, '../../tests/support/fresh-storage.ts')],
    ...fastInWorkerd(folder),
  },
})
