import { openDatabase, type Database } from '@kiosk/kit/database'
import { expect, it } from 'vitest'
import { anything } from './anything.ts'
import { isExplainable, type Plans } from './plans.ts'

declare global {
  // Vite's, which replaces the call.
  interface ImportMeta {
    glob<Module>(pattern: string, options: { eager: true }): Record<string, Module>
  }
}

type Store = Readonly<Record<string, unknown>>

// Runs in every Worker, whose folder is the root.
const stores = import.meta.glob<Store>('/src/store/*.ts', { eager: true })

/** Exports that ask the database nothing, and those that cannot do with just anything: their tests ask them. */
const ASKED_ELSEWHERE = new Set([
  'conflictOf',
  'findOverrides',
  'isWebhookTaken',
  'listProducts',
  'parseProduct',
  'postponeCheck',
  'toPreferences',
  'updateCategory',
])

const { kioskPlans: plans } = globalThis as { kioskPlans?: Plans }

// So that reading-plans.ts sees also what no test happens to run, with its filters and without them.
it('every function of every store can be asked for its reading plans', async () => {
  const silent: string[] = []
  for (const [file, store] of Object.entries(stores)) {
    for (const [name, ask] of Object.entries(store)) {
      if (typeof ask !== 'function' || ASKED_ELSEWHERE.has(name)) continue
      const asked = await statementsOf(ask as Ask)
      for (const sql of asked) if (isExplainable(sql)) plans?.note(sql, `${file} ${name}`)
      if (asked.length === 0) silent.push(`${file} ${name}`)
    }
  }
  expect(silent).toEqual([])
})

type Ask = (database: Database, ...rest: unknown[]) => unknown

/** What a function asks, whatever it is given and whatever is found. */
async function statementsOf(ask: Ask): Promise<string[]> {
  const asked: string[] = []
  for (const given of [anything(), [anything()], 'given', undefined]) {
    for (const found of [[], [row]]) {
      const database = recording(asked, found)
      try {
        const result = await ask(database, given, given, given, given)
        for (const statement of [result as object].flat(3)) note(statement, database, asked)
      } catch {
        // It cannot do with this. What it has asked until then counts.
      }
    }
  }
  return asked
}

const row = Array.from({ length: 40 }, () => '1')

/** A database that keeps what it is asked, and always finds the same. */
function recording(asked: string[], found: readonly unknown[]): Database {
  const results = { results: found, success: true, meta: {} }
  const statement = {
    bind: () => statement,
    all: async () => results,
    run: async () => results,
    raw: async () => found,
    first: async () => null,
  }
  const client = {
    prepare(sql: string) {
      asked.push(sql)
      return statement
    },
    batch: async (statements: readonly unknown[]) => statements.map(() => results),
  }
  return openDatabase(client as unknown as D1Database)
}

/** A statement for a batch is not run by the store. */
function note(statement: object, database: Database, asked: string[]): void {
  const { toSQL, getSQL } = statement as Partial<Record<'toSQL' | 'getSQL', () => never>>
  if (toSQL !== undefined) asked.push((toSQL.call(statement) as { sql: string }).sql)
  else if (getSQL !== undefined) {
    const { dialect } = database as unknown as {
      dialect: { sqlToQuery(sql: unknown): { sql: string } }
    }
    asked.push(dialect.sqlToQuery(getSQL.call(statement)).sql)
  }
}
