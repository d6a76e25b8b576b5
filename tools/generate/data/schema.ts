import { DatabaseSync } from 'node:sqlite'
import { readComments } from './comments.ts'
import { COMMON_COLUMNS } from './common-columns.ts'

export interface Reference {
  /** `orders` or, of another store, `users.users` or `SkuStock.balance`. */
  readonly table: string
  readonly column: string
}

export interface Column {
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
  readonly isKey: boolean
  /** The database works it out from others. */
  readonly isComputed: boolean
  /** The only values that the table takes, where it says so. */
  readonly values: readonly string[]
  /** Why it is there; `null` when nobody has said. */
  readonly note: string | null
  readonly reference: (Reference & { readonly isEnforced: boolean }) | null
}

export interface Index {
  readonly name: string
  readonly columns: readonly string[]
  readonly isUnique: boolean
  /** The rows it is about, if not all. */
  readonly where: string | null
}

export interface Table {
  readonly name: string
  readonly kind: 'table' | 'view' | 'search index'
  readonly purpose: string
  readonly columns: readonly Column[]
  readonly indexes: readonly Index[]
  readonly triggers: readonly string[]
}

const KINDS = { table: 'table', view: 'view', virtual: 'search index' } as const

/** A database in memory with some SQL applied, in the order of its files. */
export function databaseOf(sql: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  for (const text of sql) database.exec(text)
  return database
}

type Notes = Readonly<Record<string, string>>

/**
 * The tables that some SQL makes, in the order in which it makes them. What they are for is said by the
 * comments of the SQL, or by `notes`: of tables, and of columns as `table.column`.
 */
export function tablesOf(sql: readonly string[], notes: Notes = {}): Table[] {
  using database = databaseOf(sql)
  const comments = readComments(sql)
  const made = [...comments.keys()]
  const rows = database.prepare(
    `SELECT name, type FROM pragma_table_list
     WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite_%'`,
  )
  return (rows.all() as { name: string; type: keyof typeof KINDS }[])
    .toSorted((a, b) => made.indexOf(a.name) - made.indexOf(b.name))
    .map(({ name, type }) => ({
      name,
      kind: KINDS[type],
      purpose: notes[name] ?? comments.get(name)?.purpose ?? '',
      columns: columnsOf(
        database,
        name,
        (column) => notes[`${name}.${column}`] ?? comments.get(name)?.columns.get(column),
      ),
      indexes: indexesOf(database, name),
      triggers: namesOf(database, 'trigger', name),
    }))
}

interface ColumnRow {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly pk: number
  readonly hidden: number
}

function columnsOf(
  database: DatabaseSync,
  table: string,
  noteOf: (column: string) => string | undefined,
): Column[] {
  const rows = database
    .prepare(
      `SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?) WHERE hidden <> 1`,
    )
    .all(table) as unknown as ColumnRow[]
  const enforced = foreignKeysOf(database, table)
  const values = valuesOf(sqlOf(database, table))
  return rows.map(({ name, type, notnull, pk, hidden }) => {
    const { note, reference } = readNote(noteOf(name) ?? COMMON_COLUMNS[name] ?? null)
    const foreign = enforced.get(name)
    return {
      name,
      type,
      isNullable: notnull === 0 && pk === 0,
      isKey: pk > 0,
      isComputed: hidden > 0,
      values: values.get(name) ?? [],
      note: note ?? ((foreign ?? reference) ? '' : null),
      reference: foreign
        ? { ...foreign, isEnforced: true }
        : reference && { ...reference, isEnforced: false },
    }
  })
}

const REFERS = /\s*Refers to ([\w.]+)\.(\w+)\.$/

/** Cuts the reference off a comment: `Whose it is. Refers to users.users.id.` */
function readNote(comment: string | null): { note: string | null; reference: Reference | null } {
  const [sentence = '', table, column] = REFERS.exec(comment ?? '') ?? []
  if (table === undefined || column === undefined) return { note: comment, reference: null }
  const note = (comment ?? '').slice(0, -sentence.length)
  return { note: note === '' ? null : note, reference: { table, column } }
}

function foreignKeysOf(database: DatabaseSync, table: string): Map<string, Reference> {
  const rows = database
    .prepare(`SELECT "from" AS name, "table", "to" AS "column" FROM pragma_foreign_key_list(?)`)
    .all(table) as unknown as { name: string; table: string; column: string }[]
  return new Map(rows.map(({ name, ...reference }) => [name, reference]))
}

function indexesOf(database: DatabaseSync, table: string): Index[] {
  const rows = database
    .prepare(
      `SELECT name, "unique" FROM pragma_index_list(?) WHERE origin <> 'pk' ORDER BY seq DESC`,
    )
    .all(table) as { name: string; unique: number }[]
  return rows.map(({ name, unique }) => ({
    name,
    columns: (
      database.prepare('SELECT name FROM pragma_index_info(?) ORDER BY seqno').all(name) as {
        name: string
      }[]
    ).map((column) => column.name),
    isUnique: unique === 1,
    where: / WHERE (.*)$/s.exec(sqlOf(database, name))?.[1] ?? null,
  }))
}

function namesOf(database: DatabaseSync, type: string, table: string): string[] {
  const rows = database
    .prepare('SELECT name FROM sqlite_schema WHERE type = ? AND tbl_name = ? ORDER BY rowid')
    .all(type, table) as { name: string }[]
  return rows.map(({ name }) => name)
}

function sqlOf(database: DatabaseSync, name: string): string {
  const row = database.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(name)
  return String(row?.['sql'] ?? '')
}

const CHOICE = /CHECK \((\w+) IN \(((?:'\w+'|\d+)(?:, (?:'\w+'|\d+))*)\)\)/g

/** What `CHECK (status IN ('a', 'b'))` allows, by column. */
function valuesOf(sql: string): Map<string, string[]> {
  return new Map(
    [...sql.matchAll(CHOICE)].map(([, column = '', list = '']) => [
      column,
      list.split(', ').map((value) => value.replaceAll("'", '')),
    ]),
  )
}
