import type { Database } from '@kiosk/kit/commit'
import { mailbox } from './schema.ts'

type Letter = typeof mailbox.$inferInsert

/** Accepts a message; one with a known idempotency key was accepted before, and stays as it is. */
export async function acceptLetter(db: Database, letter: Letter): Promise<void> {
  await db.insert(mailbox).values(letter).onConflictDoNothing()
}
