import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ROOT } from '../build.ts'

/**
 * Whether every database of a state folder has all migrations. It looks into the files, which takes
 * milliseconds; asking for it through a runtime, as applying them does, takes a second and 50 MB.
 */
export function isMigrated(stateDir: string, migrations = join(ROOT, 'migrations')): boolean {
  const applied = new Set(appliedIn(join(stateDir, 'v3/d1/miniflare-D1DatabaseObject')))
  return readdirSync(migrations).every((database) => {
    const files = readdirSync(join(migrations, database)).filter((file) => file.endsWith('.sql'))
    // Nothing says which file is which database, but no two have the same migrations.
    return applied.has(files.toSorted().join())
  })
}

function appliedIn(folder: string): string[] {
  return filesIn(folder).flatMap((file) => {
    const database = new DatabaseSync(join(folder, file), { readOnly: true })
    try {
      const rows = database.prepare('SELECT name FROM d1_migrations ORDER BY name').all()
      return [rows.map(({ name }) => String(name)).join()]
    } catch {
      // It has no migrations yet, or is not a D1.
      return []
    } finally {
      database.close()
    }
  })
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.sqlite'))
  } catch {
    return []
  }
}
