/** What a provider made of a message. `failed` and `busy` may end otherwise another time. */
export type Attempt =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'busy'; readonly error: string; readonly waitMs: number }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'failed'; readonly error: string }

export interface RetryPolicy {
  readonly retryMs: number
  readonly retryMsMax: number
  readonly attemptsMax: number
}

/** What becomes of a message that was handed to its provider. */
export interface Settlement {
  readonly status: 'pending' | 'sent' | 'failed'
  readonly attempts: number
  /** When it is tried again; null: it is done with. */
  readonly dueAt: number | null
  readonly sentAt: number | null
  readonly lastError: string | null
}

/**
 * Decides what follows an attempt: done, given up, or tried again after a wait that doubles each time, or
 * that a busy provider asked for. A message is never given up because its provider is busy: that was no
 * attempt. `attempts` counts those before this one.
 */
export function settle(
  attempt: Attempt,
  attempts: number,
  policy: RetryPolicy,
  now: number,
): Settlement {
  const made = attempts + 1
  const base = { attempts: made, dueAt: null, sentAt: null, lastError: null }
  if (attempt.kind === 'accepted') return { ...base, status: 'sent', sentAt: now }
  const lastError = attempt.error
  if (attempt.kind === 'busy') {
    const wait = Math.min(Math.max(attempt.waitMs, policy.retryMs), policy.retryMsMax)
    return { ...base, attempts, status: 'pending', dueAt: now + wait, lastError }
  }
  if (attempt.kind === 'refused' || made >= policy.attemptsMax) {
    return { ...base, status: 'failed', lastError }
  }
  const wait = Math.min(policy.retryMs * 2 ** attempts, policy.retryMsMax)
  return { ...base, status: 'pending', dueAt: now + wait, lastError }
}
