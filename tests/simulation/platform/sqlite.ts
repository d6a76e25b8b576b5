import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

export type Row = Record<string, unknown>

/** Changes the SQL that the product runs, to plant a bug on purpose. */
export type RewriteSql = (database: string, sql: string) => string

/** A database in memory, with the limits of the platform's own. */
export class Sqlite {
  readonly name: string
  readonly #db = new DatabaseSync(':memory:')
  readonly #statements = new Map<string, StatementSync>()
  readonly #rewrite: RewriteSql
  /** Raised by every statement that may have changed something; the checks lower it. */
  isChanged = false
  #depth = 0

  constructor(name: string, rewrite: RewriteSql) {
    this.name = name
    this.#rewrite = rewrite
  }

  /** Runs statements that take no values. */
  script(sql: string): void {
    this.isChanged = true
    this.#db.exec(sql)
  }

  rows<R = Row>(sql: string, values: readonly unknown[] = []): R[] {
    const statement = this.#statementOfProduct(sql)
    statement.setReturnArrays(false)
    return statement.all(...values.map(toSqlite)) as R[]
  }

  /** Rows as lists of values: two columns may have the same name. */
  lists(sql: string, values: readonly unknown[] = []): unknown[][] {
    const statement = this.#statementOfProduct(sql)
    statement.setReturnArrays(true)
    return statement.all(...values.map(toSqlite)) as unknown as unknown[][]
  }

  /** What the simulation itself wants to know. */
  peek<R = Row>(sql: string, ...values: readonly unknown[]): R[] {
    const statement = this.#prepare(sql)
    statement.setReturnArrays(false)
    return statement.all(...values.map(toSqlite)) as R[]
  }

  /** All of it, or, if it throws, nothing. */
  transaction<T>(work: () => T): T {
    const savepoint = `level_${this.#depth}`
    this.#db.exec(`SAVEPOINT ${savepoint}`)
    this.#depth += 1
    try {
      const result = work()
      this.#db.exec(`RELEASE ${savepoint}`)
      return result
    } catch (error) {
      this.#db.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`)
      throw error
    } finally {
      this.#depth -= 1
    }
  }

  close(): void {
    this.#db.close()
  }

  #statementOfProduct(sql: string): StatementSync {
    if (!/^\s*select/i.test(sql)) this.isChanged = true
    return this.#prepare(this.#rewrite(this.name, sql))
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, (statement = this.#db.prepare(sql)))
    return statement
  }
}

const VALUES_MAX = 100

/** @throws as the platform does, for what it does not store. */
export function assertValues(values: readonly unknown[]): void {
  if (values.length > VALUES_MAX) throw new Error('too many SQL variables')
  for (const value of values) {
    const isStorable = value === null || ['string', 'number', 'boolean'].includes(typeof value)
    if (!isStorable) throw new TypeError(`Type '${typeof value}' not supported for value`)
  }
}

function toSqlite(value: unknown): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : (value as SQLInputValue)
}
