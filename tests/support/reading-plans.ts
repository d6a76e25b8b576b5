import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll } from 'vitest'
import { isExplainable, PARTIAL_INDEXES, Plans } from './plans.ts'

/**
 * Runs in workerd before every test file: whatever statement the product runs in a test is explained by the
 * database it runs in, and one that reads a table from one end to the other fails the file.
 */
interface Shared {
  kioskPlans?: Plans
}
const shared = globalThis as Shared
const { DB } = env as { DB?: D1Database }

// All files of a project share one isolate: the platform's prototypes are patched once.
if (shared.kioskPlans === undefined) {
  const plans = new Plans()
  shared.kioskPlans = plans
  if (DB !== undefined) watchDatabase(DB, plans)
  const namespace = Object.values(env).find(isNamespace)
  if (namespace !== undefined) {
    await runInDurableObject(namespace.getByName('reading-plans'), (_, { storage }) =>
      watchObjects(storage.sql, plans),
    )
  }
}

function watchDatabase(database: D1Database, plans: Plans): void {
  const prototype = Object.getPrototypeOf(database) as D1Database
  const { prepare } = prototype
  prototype.prepare = function (this: D1Database, sql: string) {
    plans.note(sql)
    return prepare.call(this, sql)
  }
}

function watchObjects(storage: SqlStorage, plans: Plans): void {
  const prototype = Object.getPrototypeOf(storage) as SqlStorage
  const { exec } = prototype
  prototype.exec = function (this: SqlStorage, sql: string, ...bindings: unknown[]) {
    if (isExplainable(sql) && plans.note(sql)) {
      // At once, where it runs: each object has a database of its own.
      const rows = exec.call(this, `EXPLAIN QUERY PLAN ${sql}`, ...bindings).toArray()
      plans.explain(sql, rows as unknown as { detail: string }[])
      plans.addPartialIndexes(exec.call(this, PARTIAL_INDEXES).toArray() as never)
    }
    return exec.call(this, sql, ...bindings) as never
  }
}

function isNamespace(binding: unknown): binding is DurableObjectNamespace {
  return (
    typeof binding === 'object' &&
    binding !== null &&
    binding.constructor.name === 'DurableObjectNamespace'
  )
}

afterAll(async () => {
  const plans = shared.kioskPlans
  if (plans === undefined) return
  if (DB !== undefined) await explainAll(DB, plans)
  plans.assertNoScans()
})

async function explainAll(database: D1Database, plans: Plans): Promise<void> {
  for (const sql of plans.unexplained()) {
    const asked = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...Plans.parametersOf(sql))
    // What a test has broken on purpose has no plan.
    const { results } = await asked.all<{ detail: string }>().catch(() => ({ results: [] }))
    plans.explain(sql, results)
  }
  const { results } = await database.prepare(PARTIAL_INDEXES).all<{ name: string }>()
  plans.addPartialIndexes(results)
}
