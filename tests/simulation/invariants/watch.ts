import type { Sqlite } from '../platform/sqlite.ts'

/**
 * Which rows have changed since it was last asked. Temporary triggers note it: the product sees neither
 * them nor their table, and what is rolled back is not noted.
 */
export class Watch {
  readonly #sqlite: Sqlite
  readonly #notes: string

  constructor(sqlite: Sqlite, table: string, column: string) {
    this.#sqlite = sqlite
    this.#notes = `changed_${table}_${column}`
    const note = (row: 'new' | 'old') =>
      `INSERT OR IGNORE INTO ${this.#notes} VALUES (${row}.${column})`
    sqlite.script(`
      CREATE TEMP TABLE ${this.#notes} (value TEXT PRIMARY KEY);
      CREATE TEMP TRIGGER ${this.#notes}_i AFTER INSERT ON ${table} BEGIN ${note('new')}; END;
      CREATE TEMP TRIGGER ${this.#notes}_u AFTER UPDATE ON ${table} BEGIN ${note('new')}; END;
      CREATE TEMP TRIGGER ${this.#notes}_d AFTER DELETE ON ${table} BEGIN ${note('old')}; END;
      INSERT OR IGNORE INTO ${this.#notes} SELECT ${column} FROM ${table}`)
  }

  take(): string[] {
    const rows = this.#sqlite.peek<{ value: string }>(`SELECT value FROM ${this.#notes}`)
    if (rows.length > 0) this.#sqlite.peek(`DELETE FROM ${this.#notes}`)
    return rows.map(({ value }) => value)
  }
}

export function hasTable(sqlite: Sqlite, table: string): boolean {
  return sqlite.peek('SELECT 1 FROM sqlite_master WHERE name = ?', table).length > 0
}
