import type { Miniflare } from 'miniflare'
import { SetupError } from './settings.ts'
import type { MigrationFile, Migrations } from './worker-file.ts'

type Database = Awaited<ReturnType<Miniflare['getD1Database']>>

/**
 * Brings a database up to date, and returns what was applied. It keeps the same record as `wrangler d1
 * migrations apply`, so either continues where the other stopped, and doing it twice changes nothing.
 * @throws SetupError when the database is ahead of this version.
 */
export async function migrate(database: Database, { files }: Migrations): Promise<string[]> {
  const applied = await readRecord(database)
  const foreign = applied.find((name) => files.every((file) => file.name !== name))
  if (foreign !== undefined) {
    throw new SetupError(
      `the data are of another version: ${foreign} was applied and is unknown here`,
    )
  }
  const pending = files.filter(({ name }) => !applied.includes(name))
  for (const file of pending) await apply(database, file)
  return pending.map(({ name }) => name)
}

async function readRecord(database: Database): Promise<string[]> {
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
  return results.map((row) => String(row['name']))
}

/** All of a migration and its mark, or nothing. */
async function apply(database: Database, { name, statements }: MigrationFile): Promise<void> {
  const mark = database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name)
  try {
    await database.batch([...statements.map((sql) => database.prepare(sql)), mark])
  } catch (cause) {
    throw new Error(`the migration ${name} does not apply`, { cause })
  }
}
