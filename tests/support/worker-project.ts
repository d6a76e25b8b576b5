import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineProject, type UserWorkspaceConfig } from 'vitest/config'
import { importedPackages } from './imported-packages.ts'
import { TEST_SECRETS } from './secrets.ts'
import { type Stubs, standIns } from './stand-ins.ts'

export interface WorkerProject {
  /** JavaScript of the Worker that stands in for another one, by its name: `kiosk-catalog`. */
  readonly stubs?: Stubs
  /** Variables for the tests, over those of wrangler.toml. */
  readonly vars?: Readonly<Record<string, string>>
}

/**
 * The unit tests of one Worker, run inside workerd with its own wrangler.toml, real D1 and real
 * Durable Objects. Other Workers do not exist here: every service binding reaches a stand-in.
 */
export async function workerProject(
  folder: string,
  { stubs = {}, vars = {} }: WorkerProject = {},
): Promise<UserWorkspaceConfig> {
  const name = basename(folder)
  const configPath = join(folder, 'wrangler.toml')
  const migrations = resolve(folder, '../../migrations', name)
  const { workers, signingKey } = await standIns(configPath, stubs)
  return defineProject({
    plugins: [
      cloudflareTest({
        wrangler: { configPath },
        // Errors that a test provokes on purpose are not reported as the runtime's own.
        verbose: false,
        miniflare: {
          bindings: {
            ...TEST_SECRETS,
            ...vars,
            TEST_SIGNING_KEY: signingKey,
            TEST_MIGRATIONS: existsSync(migrations) ? await readD1Migrations(migrations) : [],
          },
          // Lets a test call exports.default.queue() and exports.default.scheduled().
          compatibilityFlags: ['service_binding_extra_handlers'],
          workers,
        },
      }),
    ],
    test: {
      name,
      include: ['src/**/*.test.ts', resolve(import.meta.dirname, 'every-store.test.ts')],
      // Rules are pure: they run in Node, in the project `rules` of the root.
      exclude: ['src/domain/**'],
      ...fastInWorkerd(folder),
    },
  })
}

/**
 * One isolate for all files of a project, with the packages bundled beforehand: five times faster.
 * Files still begin with empty storage, see fresh-storage.ts.
 */
export function fastInWorkerd(folder: string) {
  return {
    isolate: false,
    restoreMocks: true,
    unstubGlobals: true,
    setupFiles: ['quiet-console.ts', 'fresh-storage.ts', 'reading-plans.ts'].map((file) =>
      resolve(import.meta.dirname, file),
    ),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    deps: { optimizer: { ssr: { enabled: true, include: importedPackages(folder) } } },
  }
}
