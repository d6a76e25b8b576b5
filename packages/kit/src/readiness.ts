import { getTableColumns, sql } from 'drizzle-orm'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Database } from './database.ts'
import { describeError, log } from './log.ts'

/** Whether a database has every table and column that the code uses: whether its migrations are applied. */
export async function isMigrated(
  db: Database,
  tables: Record<string, SQLiteTable>,
): Promise<boolean> {
  try {
    for (const table of Object.values(tables)) {
      const columns = Object.values(getTableColumns(table)).map((column) => `"${column.name}"`)
      const name = getTableConfig(table).name
      await db.run(sql.raw(`select ${columns.join(', ')} from "${name}" limit 0`))
    }
    return true
  } catch (error) {
    log('warn', 'database is not migrated', { error: describeError(error) })
    return false
  }
}
