import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readD1Migrations } from '@cloudflare/vitest-plugin'
import { Miniflare } from 'miniflare'
import { ROOT } from '../build.ts'
import { StartError } from './start-error.ts'

const MIGRATIONS = join(ROOT, 'migrations')

type Database = Awaited<ReturnType<Miniflare['getD1Database']>>

/**
 * Brings every local database up to date and returns the migrations that were applied.
 *
 * It does what `wrangler d1 migrations apply` does, on the same files and the same `d1_migrations`
 * table, so either continues where the other stopped. But wrangler starts a runtime per database
 * (four seconds each), and two at a time on one folder fail with SQLITE_BUSY; here one runtime
 * serves all, and asking the databases what they have is quicker than remembering it.
 */
export async function migrate(state: string, folder = MIGRATIONS): Promise<string[]> {
  const databases = readdirSync(folder).toSorted()
  const runtime = openDatabases(state, databases)
  const applied: string[] = []
  try {
    for (const database of databases) {
      const files = await readD1Migrations(join(folder, database))
      const names = await applyPending(database, files, await runtime.getD1Database(database))
      applied.push(...names)
    }
    return applied
  } finally {
    await runtime.dispose()
  }
}

/** The databases where `wrangler dev --persist-to` looks for them; ids as in each wrangler.toml. */
function openDatabases(state: string, databases: readonly string[]): Miniflare {
  const env = databases.map((name) => [name, { type: 'd1', id: `kiosk-${name}` }] as const)
  return new Miniflare({
    resourcePersistencePath: join(state, 'v3'),
    workers: [
      {
        config: {
          name: 'migrations',
          compatibilityDate: '2026-10-20',
          manifest: {
            mainModule: 'index.mjs',
            modules: { 'index.mjs': { type: 'esm', contents: 'export default {}' } },
          },
          env: Object.fromEntries(env),
        },
      },
    ],
  })
}

async function applyPending(
  name: string,
  files: Awaited<ReturnType<typeof readD1Migrations>>,
  database: Database,
): Promise<string[]> {
  await database
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         name TEXT UNIQUE,
         applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
       )`,
    )
    .run()
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all()
  const known = new Set(results.map((row) => row['name']))
  const pending = files.filter((file) => !known.has(file.name))

  for (const file of pending) {
    const statements = file.queries.map((query) => database.prepare(query))
    const mark = database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(file.name)
    try {
      await database.batch([...statements, mark])
    } catch (cause) {
      throw new StartError(
        `The migration migrations/${name}/${file.name} does not apply: ${sqlError(cause)}`,
        { cause },
      )
    }
  }
  return pending.map((file) => `${name}/${file.name}`)
}

function sqlError(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/^D1_ERROR: /, '')
}
