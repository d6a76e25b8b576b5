import type { BatchItem } from 'drizzle-orm/batch'
import { drizzle, type DrizzleD1Database } from 'drizzle-orm/d1'
import { joinable } from './joint-batches.ts'

/** A Worker's own D1 database. It has no transactions: what belongs together goes into one `batch`. */
export type Database = DrizzleD1Database<Record<string, never>> & { readonly $client: D1Database }

/** A statement of a batch. */
export type Statement = BatchItem<'sqlite'>

export function openDatabase(binding: D1Database): Database {
  return drizzle(joinable(binding))
}
