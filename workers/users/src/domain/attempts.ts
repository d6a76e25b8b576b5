/** Wrong passwords for one account, and until when it is locked. Times are epoch ms. */
export interface Attempts {
  readonly failures: number
  /** When the first of these failures was. */
  readonly since: number
  readonly lockedUntil: number
}

export interface AttemptPolicy {
  /** So many failures within the window lock the account. */
  readonly failuresMax: number
  readonly windowMs: number
  readonly lockMs: number
}

export const NO_ATTEMPTS: Attempts = { failures: 0, since: 0, lockedUntil: 0 }

/** How long the account stays locked, ms; 0 when it is not. */
export function lockedForMs(attempts: Attempts, now: number): number {
  return Math.max(0, attempts.lockedUntil - now)
}

/** Counts a wrong password. The one that reaches the limit locks the account. */
export function countFailure(attempts: Attempts, now: number, policy: AttemptPolicy): Attempts {
  const current = currentAttempts(attempts, now, policy)
  const failures = current.failures + 1
  const since = current.failures === 0 ? now : current.since
  const lockedUntil = failures >= policy.failuresMax ? now + policy.lockMs : 0
  return { failures, since, lockedUntil }
}

/** How many more wrong passwords are allowed before the lock. */
export function attemptsLeft(attempts: Attempts, now: number, policy: AttemptPolicy): number {
  if (lockedForMs(attempts, now) > 0) return 0
  return Math.max(0, policy.failuresMax - currentAttempts(attempts, now, policy).failures)
}

/** When nothing of this needs remembering any more. */
export function forgetAt(attempts: Attempts, policy: AttemptPolicy): number {
  return Math.max(attempts.since + policy.windowMs, attempts.lockedUntil)
}

/** What still counts: failures of an earlier window, or before a lock that is over, do not. */
function currentAttempts(attempts: Attempts, now: number, policy: AttemptPolicy): Attempts {
  if (lockedForMs(attempts, now) > 0) return attempts
  const isOver = attempts.lockedUntil > 0 || attempts.since + policy.windowMs <= now
  return isOver ? NO_ATTEMPTS : attempts
}

/** How often something was asked for in the current window. */
export interface Requests {
  readonly count: number
  readonly since: number
}

/** Counts a request if it is within the limit; null when it is not. */
export function countRequest(
  requests: Requests | undefined,
  now: number,
  limit: { readonly max: number; readonly windowMs: number },
): Requests | null {
  const isCurrent = requests !== undefined && requests.since + limit.windowMs > now
  const { count, since } = isCurrent ? requests : { count: 0, since: now }
  return count < limit.max ? { count: count + 1, since } : null
}
