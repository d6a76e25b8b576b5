import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
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
  const names = readdirSync(folder).toSorted()
  const runtime = openDatabases(state, names)
  const applied: string[] = []
  try {
    for (const name of names) {
      const database = await runtime.getD1Database(name)
      const pending = await findPending(database, join(folder, name))
      if (pending.length === 0) continue
      await applyInOrder(database, join(folder, name), pending)
      applied.push(...pending.map((file) => `${name}/${file}`))
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

async function findPending(database: Database, folder: string): Promise<string[]> {
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
  const applied = results.map((row) => String(row['name']))
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  const foreign = applied.find((file) => !files.includes(file))
  if (foreign !== undefined) {
    throw new StartError(
      `The state folder was made by another version: migrations/${basename(folder)}/${foreign} ` +
        'was applied to it and is not here; delete the folder, or name another in KIOSK_STATE.',
    )
  }
  return files.filter((file) => !applied.includes(file)).toSorted()
}

async function applyInOrder(
  database: Database,
  folder: string,
  pending: readonly string[],
): Promise<void> {
  // Loads all of wrangler to split SQL into statements: two seconds that most starts can save.
  const { readD1Migrations } = await import('@cloudflare/vitest-plugin')
  const migrations = await readD1Migrations(folder)
  for (const { name, queries } of migrations.filter((migration) =>
    pending.includes(migration.name),
  )) {
    const statements = queries.map((query) => database.prepare(query))
    const mark = database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name)
    try {
      await database.batch([...statements, mark])
    } catch (cause) {
      const file = `migrations/${basename(folder)}/${name}`
      throw new StartError(`The migration ${file} does not apply: ${sqlError(cause)}`, { cause })
    }
  }
}

function sqlError(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/^D1_ERROR: /, '')
}
