import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export const D1_FOLDER = 'v3/d1/miniflare-D1DatabaseObject'

/**
 * Opens the D1 database that has a table, to read it from outside while the shop runs: SQLite's log lets
 * readers and the one writer pass each other, so this neither waits for the shop nor holds it up.
 */
export function openD1(stateDir: string, table: string): DatabaseSync {
  const folder = join(stateDir, D1_FOLDER)
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.sqlite'))) {
    const database = new DatabaseSync(join(folder, file), { readOnly: true, timeout: 5_000 })
    const found = database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table)
    if (found !== undefined) return database
    database.close()
  }
  throw new Error(`no D1 database has ${table}`)
}
