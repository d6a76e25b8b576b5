/** What the comments of a migration say of a table. */
export interface TableComments {
  /** The comment above its CREATE TABLE. */
  readonly purpose: string
  /** The comment above each column, or behind it. */
  readonly columns: ReadonlyMap<string, string>
}

const CREATE = /^\s*CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)/
const ALTER = /^\s*ALTER TABLE (\w+) ADD COLUMN (\w+)/
const COLUMN = /^\s*(\w+) (?:TEXT|INTEGER)\b/
const COMMENT = /^\s*-- (.*)$/
const TRAILING = / -- (.*)$/

/** Reads what the comments of some SQL, in the order of its files, say of tables and their columns. */
export function readComments(sql: readonly string[]): Map<string, TableComments> {
  const tables = new Map<string, { purpose: string; columns: Map<string, string> }>()
  const open = (name: string, purpose: string) => {
    const table = tables.get(name) ?? { purpose, columns: new Map<string, string>() }
    tables.set(name, table)
    return table
  }
  for (const text of sql) {
    let above: string[] = []
    let table: { columns: Map<string, string> } | null = null
    for (const line of text.split('\n')) {
      const comment = COMMENT.exec(line)?.[1]
      if (comment !== undefined) {
        above.push(comment)
        continue
      }
      const [, created] = CREATE.exec(line) ?? []
      const [, altered = '', added] = ALTER.exec(line) ?? []
      const [, column = added] = COLUMN.exec(line) ?? []
      const said = TRAILING.exec(line)?.[1] ?? above.join(' ')
      if (created !== undefined) table = open(created, above.join(' '))
      else if (added !== undefined) table = open(altered, '')
      if (created === undefined && column !== undefined && said !== '') {
        table?.columns.set(column, said)
      }
      above = []
    }
  }
  return tables
}
