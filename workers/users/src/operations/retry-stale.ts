import { ProblemError } from '@kiosk/kit/problem'

const TRIES_MAX = 5

/**
 * Loads, decides and commits again while somebody else changes the same thing in between.
 * @throws ProblemError conflict when that does not end.
 */
export async function retryStale<T>(attempt: () => Promise<T | 'stale'>): Promise<T> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const result = await attempt()
    if (result !== 'stale') return result
  }
  throw new ProblemError('conflict')
}
