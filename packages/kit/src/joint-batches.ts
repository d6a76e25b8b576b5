import { AsyncLocalStorage } from 'node:async_hooks'
import { transience } from './overload.ts'

/** More would be undone together if one of them fails, and would hold the database for longer. */
const GROUPS_MAX = 25

/** What one caller wants to take effect together. */
interface Group {
  readonly statements: readonly D1PreparedStatement[]
  readonly resolve: (results: D1Result[]) => void
  readonly reject: (error: unknown) => void
}

const current = new AsyncLocalStorage<Map<D1Database, Waiting>>()

/**
 * Runs work that does many things side by side. What it asks a database while that is busy goes to it
 * together, as one batch: a database does one thing at a time, and a call costs more than its statements.
 * All of it must belong to one invocation, as no other may wait for its calls.
 */
export function jointly<T>(work: () => Promise<T>): Promise<T> {
  return current.run(new Map(), work)
}

/** A database whose queries and batches go jointly, where the work at hand does. */
export function joinable(db: D1Database): D1Database {
  const joint: Omit<D1Database, 'dump'> = {
    prepare: (sql) => new JoinableStatement(db, sql, db.prepare(sql)),
    batch: <T>(statements: D1PreparedStatement[]) =>
      send(db, statements.map(ownOf)) as Promise<D1Result<T>[]>,
    exec: (sql) => db.exec(sql),
    withSession: (from) => db.withSession(from),
  }
  return joint as D1Database
}

function send(db: D1Database, statements: D1PreparedStatement[]): Promise<D1Result[]> {
  const databases = current.getStore()
  if (databases === undefined) return db.batch(statements)
  let waiting = databases.get(db)
  if (waiting === undefined) databases.set(db, (waiting = new Waiting(db)))
  return waiting.send(statements)
}

/** What waits for a database, from one invocation. */
class Waiting {
  readonly #db: D1Database
  #groups: Group[] = []
  #isBusy = false

  constructor(db: D1Database) {
    this.#db = db
  }

  send(statements: readonly D1PreparedStatement[]): Promise<D1Result[]> {
    return new Promise((resolve, reject) => {
      this.#groups.push({ statements, resolve, reject })
      if (!this.#isBusy) void this.#work()
    })
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    // Those who began together ask at the same moment.
    await Promise.resolve()
    while (this.#groups.length > 0) await this.#sendTogether(this.#groups.splice(0, GROUPS_MAX))
    this.#isBusy = false
  }

  async #sendTogether(groups: readonly Group[]): Promise<void> {
    try {
      const results = await this.#db.batch(groups.flatMap(({ statements }) => statements))
      let at = 0
      for (const { statements, resolve } of groups) {
        resolve(results.slice(at, at + statements.length))
        at += statements.length
      }
    } catch (error) {
      // A refusal has undone all of it, and is of one group; of a lost answer nobody knows what became.
      const isRefusal = transience(error) === null
      if (groups.length === 1 || !isRefusal) for (const { reject } of groups) reject(error)
      else for (const group of groups) await this.#sendTogether([group])
    }
  }
}

class JoinableStatement implements D1PreparedStatement {
  readonly #db: D1Database
  readonly #sql: string
  readonly own: D1PreparedStatement

  constructor(db: D1Database, sql: string, own: D1PreparedStatement) {
    this.#db = db
    this.#sql = sql
    this.own = own
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new JoinableStatement(this.#db, this.#sql, this.own.bind(...values))
  }

  async all<T>(): Promise<D1Result<T>> {
    if (current.getStore() === undefined) return this.own.all<T>()
    const [result] = await send(this.#db, [this.own])
    if (result === undefined) throw new Error('D1 answers every statement of a batch')
    return result as D1Result<T>
  }

  run<T>(): Promise<D1Result<T>> {
    return this.all<T>()
  }

  raw<T = unknown[]>(options: { columnNames: true }): Promise<[string[], ...T[]]>
  raw<T = unknown[]>(options?: { columnNames?: false }): Promise<T[]>
  async raw<T>(options?: { columnNames?: boolean }): Promise<[string[], ...T[]] | T[]> {
    if (options?.columnNames === true) return this.own.raw<T>({ columnNames: true })
    if (current.getStore() === undefined || this.#mayRepeatColumns) return this.own.raw<T>()
    const { results } = await this.all<Record<string, unknown>>()
    return results.map((row) => Object.values(row) as T)
  }

  first<T = unknown>(column: string): Promise<T | null>
  first<T = Record<string, unknown>>(): Promise<T | null>
  first<T>(column?: string): Promise<T | null> {
    return column === undefined ? this.own.first<T>() : this.own.first<T>(column)
  }

  /** In a batch, rows are objects, in which columns of the same name are one. */
  get #mayRepeatColumns(): boolean {
    return /\bjoin\b/i.test(this.#sql)
  }
}

function ownOf(statement: D1PreparedStatement): D1PreparedStatement {
  return statement instanceof JoinableStatement ? statement.own : statement
}
