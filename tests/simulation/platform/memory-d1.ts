import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Port } from './faults.ts'
import type { Scheduler } from './scheduler.ts'
import { assertValues, Sqlite, type RewriteSql } from './sqlite.ts'

interface D1Parts {
  readonly worker: string
  /** The folder with its migrations. */
  readonly migrations: string
  readonly scheduler: Scheduler
  readonly rewriteSql: RewriteSql
}

/** A D1 database over SQLite in memory: the same statements, the same errors, one batch one transaction. */
export class MemoryD1 {
  readonly sqlite: Sqlite
  readonly #scheduler: Scheduler

  constructor({ worker, migrations, scheduler, rewriteSql }: D1Parts) {
    this.sqlite = new Sqlite(`${worker} D1`, rewriteSql)
    this.#scheduler = scheduler
    for (const file of readdirSync(migrations).toSorted()) {
      this.sqlite.script(readFileSync(join(migrations, file), 'utf8'))
    }
  }

  prepare(sql: string): Statement {
    return new Statement(this, sql, [])
  }

  batch(statements: readonly Statement[]): Promise<Result[]> {
    return this.perform(`batch of ${statements.length}`, () =>
      this.sqlite.transaction(() => statements.map((statement) => statement.now())),
    )
  }

  perform<T>(method: string, work: () => T): Promise<T> {
    const port: Port = { kind: 'd1', target: this.sqlite.name, method }
    return this.#scheduler.call(port, () => {
      try {
        return work()
      } catch (error) {
        throw toD1Error(error)
      }
    })
  }
}

interface Result {
  readonly success: true
  readonly results: unknown[]
  readonly meta: { readonly changes: number }
}

/** A statement of a D1 with its values. */
class Statement {
  readonly #database: MemoryD1
  readonly #sql: string
  readonly #values: readonly unknown[]

  constructor(database: MemoryD1, sql: string, values: readonly unknown[]) {
    this.#database = database
    this.#sql = sql
    this.#values = values
  }

  bind(...values: readonly unknown[]): Statement {
    return new Statement(this.#database, this.#sql, values)
  }

  all(): Promise<Result> {
    return this.#database.perform(verbOf(this.#sql), () => this.now())
  }

  run(): Promise<Result> {
    return this.all()
  }

  raw(): Promise<unknown[][]> {
    return this.#database.perform(verbOf(this.#sql), () => {
      assertValues(this.#values)
      return this.#database.sqlite.lists(this.#sql, this.#values)
    })
  }

  async first<T>(): Promise<T | null> {
    const { results } = await this.all()
    return (results[0] as T | undefined) ?? null
  }

  now(): Result {
    const { sqlite } = this.#database
    assertValues(this.#values)
    const before = changesOf(sqlite)
    const results = sqlite.rows(this.#sql, this.#values)
    return { success: true, results, meta: { changes: changesOf(sqlite) - before } }
  }
}

function changesOf(sqlite: Sqlite): number {
  return sqlite.peek<{ changes: number }>('SELECT total_changes() AS changes')[0]?.changes ?? 0
}

/** What a trace says of a statement: `select orders`. */
function verbOf(sql: string): string {
  const verb = /\w+/.exec(sql)?.[0] ?? ''
  const table = /\b(?:from|into|update)\s+"?(\w+)/i.exec(sql)?.[1] ?? ''
  return `${verb.toLowerCase()} ${table}`
}

function toD1Error(error: unknown): Error {
  if (error instanceof TypeError) return new Error(`D1_TYPE_ERROR: ${error.message}`)
  const message = error instanceof Error ? error.message : String(error)
  const isConstraint = message.includes('constraint failed')
  const code = isConstraint ? 'SQLITE_CONSTRAINT' : 'SQLITE_ERROR'
  const cause = new Error(`${message}: ${code}`)
  return new Error(`D1_ERROR: ${message}: ${code}`, { cause })
}
