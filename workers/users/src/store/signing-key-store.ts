import type { Database } from '@kiosk/kit/commit'
import { asc, lte } from 'drizzle-orm'
import { signingKeys } from './schema.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect

export function loadSigningKeys(db: Database): Promise<SigningKeyRow[]> {
  return db.select().from(signingKeys).orderBy(asc(signingKeys.generation))
}

/** Adds a key unless another Worker has made this generation first. */
export async function addSigningKey(db: Database, key: SigningKeyRow): Promise<void> {
  await db.insert(signingKeys).values(key).onConflictDoNothing()
}

/** Destroys keys up to a generation: nothing that they signed is valid any more. */
export async function forgetSigningKeys(db: Database, generation: number): Promise<void> {
  await db.delete(signingKeys).where(lte(signingKeys.generation, generation))
}
