import { and, eq, isNull } from 'drizzle-orm'
import type { Database, Statement } from './database.ts'
import { describeError, log } from './log.ts'
import { ProblemError } from './problem.ts'
import { idempotencyClaims as claims } from './tables.ts'

/** Whose key, on which route: the same text of another customer is another key. */
export interface ClaimScope {
  readonly route: string
  readonly customerId: string
  readonly key: string
}

/** The right to do the work of one key, until the lease ends. */
export interface Claim {
  /** The id of what is to be made: the same one when a crashed attempt is taken over. */
  readonly resourceId: string
  /** An earlier attempt began this work and may have finished it: look before making the resource. */
  readonly isTakenOver: boolean
  /**
   * Keeps the answer. Belongs in the batch that makes the resource; followed by `guard`, it lets only the
   * attempt make it that holds the key now.
   */
  answered(answer: unknown): Statement
}

interface ClaimRequest extends ClaimScope {
  /** The parsed body: another one under the same key is refused. */
  readonly body: unknown
  readonly leaseMs: number
  readonly newResourceId: () => string
}

/**
 * Does work once per key (as Stripe's idempotent requests do). The claim is one row, written before any
 * call: who finds a live one is refused, who finds its answer gets it, who finds an expired one takes over
 * with the same resource id. A refusal gives the key back, so that it may succeed later.
 * @throws ProblemError request_in_progress, idempotency_key_reused
 */
export async function once<T>(
  db: Database,
  request: ClaimRequest,
  work: (claim: Claim) => Promise<T>,
): Promise<{ answer: T; replayed: boolean }> {
  const bodyHash = await sha256(JSON.stringify(request.body))
  const taken = await take(db, request, bodyHash)
  if ('answer' in taken) return { answer: JSON.parse(taken.answer) as T, replayed: true }
  const stillMine = and(
    scopeIs(request),
    eq(claims.leaseUntil, taken.leaseUntil),
    isNull(claims.answer),
  )
  try {
    const answer = await work({
      resourceId: taken.resourceId,
      isTakenOver: taken.isTakenOver,
      answered: (value) =>
        db
          .update(claims)
          .set({ answer: JSON.stringify(value) })
          .where(stillMine),
    })
    return { answer, replayed: false }
  } catch (error) {
    // A refusal changed nothing, so the key is free. After any other error something may have been written
    // under the resource id, so that stays claimed for whoever tries again.
    const isRefusal = error instanceof ProblemError && error.code !== 'unavailable'
    const release = isRefusal
      ? db.delete(claims).where(stillMine)
      : db.update(claims).set({ leaseUntil: 0 }).where(stillMine)
    // What the caller is told must not depend on it: at the latest, the lease ends by itself.
    await release.catch((failure: unknown) =>
      log('warn', 'key not released', { error: describeError(failure) }),
    )
    throw error
  }
}

interface Taken {
  readonly resourceId: string
  readonly leaseUntil: number
  readonly isTakenOver: boolean
}

async function take(
  db: Database,
  request: ClaimRequest,
  bodyHash: string,
): Promise<Taken | { answer: string }> {
  const { route, customerId, key } = request
  const now = Date.now()
  const resourceId = request.newResourceId()
  const leaseUntil = now + request.leaseMs
  const inserted = await db
    .insert(claims)
    .values({ route, customerId, key, bodyHash, resourceId, leaseUntil, createdAt: now })
    .onConflictDoNothing()
    .returning({ resourceId: claims.resourceId })
  if (inserted.length === 1) return { resourceId, leaseUntil, isTakenOver: false }

  const [claim] = await db.select().from(claims).where(scopeIs(request))
  if (claim === undefined) throw inProgress()
  if (claim.bodyHash !== bodyHash) throw new ProblemError('idempotency_key_reused')
  if (claim.answer !== null) return { answer: claim.answer }
  if (claim.leaseUntil > now) throw inProgress()
  const takenOver = await db
    .update(claims)
    .set({ leaseUntil })
    .where(and(scopeIs(request), eq(claims.leaseUntil, claim.leaseUntil)))
    .returning({ resourceId: claims.resourceId })
  if (takenOver.length === 0) throw inProgress()
  return { resourceId: claim.resourceId, leaseUntil, isTakenOver: true }
}

function inProgress(): ProblemError {
  return new ProblemError('request_in_progress', 'Wait for the first request, then ask again')
}

function scopeIs({ route, customerId, key }: ClaimScope) {
  return and(eq(claims.route, route), eq(claims.customerId, customerId), eq(claims.key, key))
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
