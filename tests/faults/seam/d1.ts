import { reach } from './io.ts'

/** A D1 database whose every query and batch is a point. */
export function faultyDatabase(name: string, db: D1Database): D1Database {
  const faulty: Pick<D1Database, 'prepare' | 'batch'> = {
    prepare: (sql) => new FaultyStatement(name, sql, db.prepare(sql)) as never,
    batch: (statements) => {
      const own = statements as unknown as FaultyStatement[]
      const sqls = own.map(({ sql }) => sql)
      return reach(`${name} ${describe(sqls)}`, effectOf(sqls), () =>
        db.batch(own.map(({ statement }) => statement)),
      )
    },
  }
  return faulty as D1Database
}

class FaultyStatement {
  readonly #name: string
  readonly sql: string
  readonly statement: D1PreparedStatement

  constructor(name: string, sql: string, statement: D1PreparedStatement) {
    this.#name = name
    this.sql = sql
    this.statement = statement
  }

  bind(...values: unknown[]): FaultyStatement {
    return new FaultyStatement(this.#name, this.sql, this.statement.bind(...values))
  }

  all(): Promise<unknown> {
    return this.#reach(() => this.statement.all())
  }

  run(): Promise<unknown> {
    return this.#reach(() => this.statement.run())
  }

  raw(): Promise<unknown> {
    return this.#reach(() => this.statement.raw())
  }

  first(): Promise<unknown> {
    return this.#reach(() => this.statement.first())
  }

  #reach<T>(work: () => Promise<T>): Promise<T> {
    return reach(`${this.#name} ${describe([this.sql])}`, effectOf([this.sql]), work)
  }
}

const STATEMENT =
  /^\s*(select|insert|update|delete|with)\b(?:.*?\b(?:from|into|update)\b)?\s*"?(\w+)?/is
const UPDATE = /^\s*update\s+"?(\w+)"?/i

/** Statements in a few words: `insert inbox, update orders`. What only guards a batch is left out. */
function describe(sqls: readonly string[]): string {
  const words = sqls.filter((sql) => !isGuard(sql)).map(describeOne)
  return [...new Set(words)].join(', ')
}

function describeOne(sql: string): string {
  const update = UPDATE.exec(sql)
  if (update !== null) return `update ${update[1] ?? ''}`
  const [, verb = '', table = ''] = STATEMENT.exec(sql) ?? []
  return `${verb.toLowerCase()} ${table}`
}

function isGuard(sql: string): boolean {
  return /changes\(\)|^\s*select json\(/i.test(sql)
}

export function effectOf(sqls: readonly string[]): 'read' | 'write' {
  return sqls.every((sql) => /^\s*select\b/i.test(sql)) ? 'read' : 'write'
}
