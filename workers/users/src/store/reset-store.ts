import type { Database, Statement } from '@kiosk/kit/commit'
import { and, eq, gt, isNull, lte } from 'drizzle-orm'
import { passwordResets } from './schema.ts'

export type PasswordReset = Omit<typeof passwordResets.$inferSelect, 'spentAt'>

/** The user whose password a token may set now, or undefined. */
export async function findResettableUser(
  db: Database,
  tokenHash: string,
  now: number,
): Promise<string | undefined> {
  const [reset] = await db
    .select({ userId: passwordResets.userId })
    .from(passwordResets)
    .where(usable(tokenHash, now))
  return reset?.userId
}

/** Adds a reset, and forgets those of the user that have expired. */
export function insertReset(db: Database, reset: PasswordReset): Statement[] {
  const { userId, createdAt } = reset
  return [
    db
      .delete(passwordResets)
      .where(and(eq(passwordResets.userId, userId), lte(passwordResets.expiresAt, createdAt))),
    db.insert(passwordResets).values(reset),
  ]
}

/** Spends a reset token, if it can still be used. Guard it. */
export function spendReset(db: Database, tokenHash: string, now: number): Statement {
  return db.update(passwordResets).set({ spentAt: now }).where(usable(tokenHash, now))
}

/** Spends whatever other reset tokens of the user there are. */
export function spendResetsOf(db: Database, userId: string, now: number): Statement {
  return db
    .update(passwordResets)
    .set({ spentAt: now })
    .where(and(eq(passwordResets.userId, userId), isNull(passwordResets.spentAt)))
}

function usable(tokenHash: string, now: number) {
  return and(
    eq(passwordResets.tokenHash, tokenHash),
    isNull(passwordResets.spentAt),
    gt(passwordResets.expiresAt, now),
  )
}
