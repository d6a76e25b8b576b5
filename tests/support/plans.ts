import { SCANS_WITH_REASON } from './scans-with-reason.ts'

const SCAN = /^SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?/
/** An index that is made for the occasion, from the whole table. */
const AUTOMATIC = /^SEARCH (\S+) USING AUTOMATIC/

interface Asked {
  /** The line of the product that asked it. */
  readonly by: string
  plan: readonly string[] | null
}

/** The statements that the product has run so far, and how the database goes about each. */
export class Plans {
  readonly #asked = new Map<string, Asked>()
  readonly #told = new Set<string>()
  readonly #partial = new Set<string>()

  /** Notes a statement, unless a test has made it. True if it is a new one of the product. */
  note(sql: string, by = productLine()): boolean {
    if (by === null || this.#asked.has(sql)) return false
    this.#asked.set(sql, { by, plan: null })
    return true
  }

  unexplained(): string[] {
    return [...this.#asked].flatMap(([sql, { plan }]) => (plan === null ? [sql] : []))
  }

  explain(sql: string, rows: readonly { readonly detail: string }[]): void {
    const asked = this.#asked.get(sql)
    if (asked !== undefined) asked.plan = rows.map(({ detail }) => detail)
  }

  /** Tells which indexes hold some rows only: going through such a one is what it is for. */
  addPartialIndexes(rows: readonly { readonly name: string }[]): void {
    for (const { name } of rows) this.#partial.add(name)
  }

  /** @throws when one reads a whole table, without a reason: once for each */
  assertNoScans(): void {
    const scans = [...this.#asked].filter(
      ([sql, { plan }]) => !this.#told.has(sql) && this.#scans(normalized(sql), plan ?? []),
    )
    for (const [sql] of scans) this.#told.add(sql)
    if (scans.length === 0) return
    const details = scans.map(
      ([sql, { by, plan }]) => `${normalized(sql)}\n    ${plan?.join('; ')}\n    ${by}`,
    )
    throw new Error(
      `Statements that read a whole table: give them an index, or a reason in scans-with-reason.ts\n\n${details.join('\n\n')}`,
    )
  }

  /** Whether a statement goes through a table, or a whole index, from one end to the other. */
  #scans(statement: string, plan: readonly string[]): boolean {
    if (statement.endsWith('limit 0')) return false
    const derived = plan.flatMap(
      (step) => /^(?:CO-ROUTINE|MATERIALIZE) (\S+)/.exec(step)?.[1] ?? [],
    )
    return plan.some((step) => {
      const [, table, index = ''] = SCAN.exec(step) ?? AUTOMATIC.exec(step) ?? []
      if (table === undefined || /VIRTUAL TABLE|CONSTANT ROW|VALUES/.test(step)) return false
      if (derived.includes(table) || this.#partial.has(index)) return false
      return !SCANS_WITH_REASON.some(
        (reason) => reason.table === table && statement.includes(reason.statement ?? ''),
      )
    })
  }

  /** As many values as a statement takes; which ones does not matter to its plan. */
  static parametersOf(sql: string): string[] {
    return Array.from(sql.matchAll(/\?/g), () => '1')
  }
}

/** Asks a database for its indexes that have a condition. */
export const PARTIAL_INDEXES = `SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'`

/** Whether there is a plan for it: there is none for what defines tables. */
export function isExplainable(sql: string): boolean {
  return /^\s*(?:select|insert|update|delete|with)\b/i.test(sql)
}

function normalized(sql: string): string {
  return sql.replaceAll(/["\n]/g, ' ').replaceAll(/\s+/g, ' ').trim().toLowerCase()
}

Error.stackTraceLimit = 50

/** Through it goes whatever is asked of D1, by tests too. */
const ON_THE_WAY = '/kit/src/joint-batches.ts'

/** The nearest line of the product's source, unless a test's is nearer. */
function productLine(): string | null {
  const lines = (new Error().stack ?? '').split('\n')
  const nearest = lines.find(
    (line) => /\/(?:workers|packages)\/\w+\/src\//.test(line) && !line.includes(ON_THE_WAY),
  )
  return nearest === undefined || nearest.includes('.test.ts') ? null : nearest.trim()
}
