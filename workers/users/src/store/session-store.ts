import type { Database, Statement } from '@kiosk/kit/commit'
import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import { refreshTokens, sessions } from './schema.ts'

export type Session = Pick<
  typeof sessions.$inferSelect,
  'id' | 'userId' | 'createdAt' | 'expiresAt'
>

/** A refresh token with the state of its session. */
export interface PresentedToken {
  readonly tokenHash: string
  readonly sessionId: string
  readonly userId: string
  readonly expiresAt: number
  readonly spentAt: number | null
  readonly revokedAt: number | null
}

const CLEANED_MAX = 1_000

export async function findRefreshToken(
  db: Database,
  tokenHash: string,
): Promise<PresentedToken | undefined> {
  const [token] = await db
    .select({
      tokenHash: refreshTokens.tokenHash,
      sessionId: refreshTokens.sessionId,
      userId: sessions.userId,
      expiresAt: refreshTokens.expiresAt,
      spentAt: refreshTokens.spentAt,
      revokedAt: sessions.revokedAt,
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .where(eq(refreshTokens.tokenHash, tokenHash))
  return token
}

/** Opens a session with its first token, and forgets the user's sessions that have expired. */
export function insertSession(db: Database, session: Session, tokenHash: string): Statement[] {
  const { id, userId, createdAt, expiresAt } = session
  return [
    db.delete(sessions).where(and(eq(sessions.userId, userId), lte(sessions.expiresAt, createdAt))),
    db.insert(sessions).values(session),
    db.insert(refreshTokens).values({ tokenHash, sessionId: id, createdAt, expiresAt }),
  ]
}

/** Spends a token, if it is not spent and its session not over. Guard it. */
export function spendRefreshToken(db: Database, token: PresentedToken, now: number): Statement {
  return db
    .update(refreshTokens)
    .set({ spentAt: now })
    .where(
      and(
        eq(refreshTokens.tokenHash, token.tokenHash),
        isNull(refreshTokens.spentAt),
        sql`exists (select 1 from sessions where id = ${token.sessionId} and revoked_at is null)`,
      ),
    )
}

/** Adds the successor of a spent token. It does not live longer: a session has one end. */
export function insertSuccessor(
  db: Database,
  token: PresentedToken,
  tokenHash: string,
  now: number,
): Statement {
  const { sessionId, expiresAt } = token
  return db.insert(refreshTokens).values({ tokenHash, sessionId, createdAt: now, expiresAt })
}

/** Ends a session: from now on none of its tokens works. */
export async function revokeSession(db: Database, id: string, now: number): Promise<void> {
  await db
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt)))
}

export function revokeSessionsOf(db: Database, userId: string, now: number): Statement {
  return db
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt)))
}

/** Forgets sessions that have expired, with their tokens. */
export async function deleteExpiredSessions(db: Database, now: number): Promise<void> {
  const expired = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(lte(sessions.expiresAt, now))
    .limit(CLEANED_MAX)
  await db.delete(sessions).where(inArray(sessions.id, expired))
}
