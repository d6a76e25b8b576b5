import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, WORKERS } from '../../build.ts'
import { type Table, tablesOf } from './schema.ts'

/** The tables of the plumbing, which are alike in every database that has them. */
export const PLUMBING: readonly string[] = [
  'outbox',
  'outbox_sent',
  'outbox_late',
  'inbox',
  'delivery_failures',
  'dead_letters',
  'idempotency_claims',
]

export interface Database {
  /** That of its Worker: `orders`. */
  readonly name: string
  readonly tables: readonly Table[]
}

/** The D1 databases, as their migrations make them. */
export function databases(): Database[] {
  const names = readdirSync(join(ROOT, 'migrations'))
  return WORKERS.filter((worker) => names.includes(worker)).map((name) => ({
    name,
    tables: tablesOf(migrationsOf(name)),
  }))
}

/** The SQL of a database, in the order in which it is applied. */
export function migrationsOf(database: string): string[] {
  const folder = join(ROOT, 'migrations', database)
  return readdirSync(folder)
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
}
