import { resolve } from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineProject } from 'vitest/config'
import { fastInWorkerd } from '../../tests/support/worker-project.ts'

const folder = import.meta.dirname

// The plumbing is tested where it runs: in workerd, with the tables of a Worker that uses all of it.
export default defineProject({
  plugins: [
    cloudflareTest({
      main: resolve(folder, 'test/worker.ts'),
      miniflare: {
        compatibilityDate: '2026-10-20',
        bindings: {
          SERVICE: 'kit',
          TEST_MIGRATIONS: await readD1Migrations(resolve(folder, '../../migrations/orders')),
        },
        d1Databases: ['DB'],
        durableObjects: {
          RELAY: { className: 'TestRelay', useSQLite: true },
          LOOP: { className: 'TestLoop', useSQLite: true },
        },
      },
    }),
  ],
  test: {
    name: 'kit',
    include: ['src/**/*.test.ts'],
    ...fastInWorkerd(folder),
  },
})
