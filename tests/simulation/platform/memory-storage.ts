import { assertValues, type Row, type Sqlite } from './sqlite.ts'

/** The storage of a Durable Object: its own SQLite, and one alarm. Nothing else happens during a call. */
export class MemoryStorage {
  readonly sqlite: Sqlite
  readonly #onAlarm: () => void
  #alarm: number | null = null

  readonly sql = {
    exec: (query: string, ...values: unknown[]): Cursor => this.#exec(query, values),
  }

  /** `onAlarm` is told whenever the alarm is set or taken away. */
  constructor(sqlite: Sqlite, onAlarm: () => void) {
    this.sqlite = sqlite
    this.#onAlarm = onAlarm
  }

  get alarm(): number | null {
    return this.#alarm
  }

  transactionSync<T>(work: () => T): T {
    const alarm = this.#alarm
    try {
      return this.sqlite.transaction(work)
    } catch (error) {
      this.#set(alarm)
      throw error
    }
  }

  async getAlarm(): Promise<number | null> {
    return this.#alarm
  }

  setAlarm(time: number): Promise<void> {
    this.#set(time)
    return Promise.resolve()
  }

  deleteAlarm(): Promise<void> {
    this.#set(null)
    return Promise.resolve()
  }

  #set(alarm: number | null): void {
    this.#alarm = alarm
    this.#onAlarm()
  }

  #exec(query: string, values: readonly unknown[]): Cursor {
    assertValues(values)
    // A prepared statement is one statement: what has several goes another way.
    if (values.length > 0 || !/;\s*\S/.test(query)) {
      return new Cursor(this.sqlite.rows(query, values))
    }
    this.sqlite.script(query)
    return new Cursor([])
  }
}

/** The rows of a statement; as the platform's, it is used up by reading. */
class Cursor implements Iterable<Row> {
  readonly #rows: Row[]

  constructor(rows: Row[]) {
    this.#rows = rows
  }

  toArray(): Row[] {
    return this.#rows.splice(0)
  }

  one(): Row {
    const [row, ...others] = this.toArray()
    if (row === undefined || others.length > 0) throw new Error('Expected exactly one result')
    return row
  }

  [Symbol.iterator](): IterableIterator<Row> {
    return this.toArray()[Symbol.iterator]()
  }
}
