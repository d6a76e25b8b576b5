import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Call, Send } from './http.ts'

const RETRY_AFTER_MS = 1_000
const GIVE_UP_AFTER_MS = 15 * 60_000

/** What a request came to, after as many tries as it took. */
export interface Outcome {
  /** Undefined when no definite answer came in all the time. */
  readonly answer: Answer | undefined
  readonly tries: number
  /** From the first try to the answer. */
  readonly ms: number
}

interface Patience {
  readonly giveUpAfterMs?: number
  readonly wait?: (ms: number) => Promise<unknown>
}

/**
 * Asks until there is a definite answer, as a client is told to: the same key again after 429, 503 and
 * silence, and while the first request with it is still worked on.
 */
export async function persist(
  send: Send,
  call: Call,
  { giveUpAfterMs = GIVE_UP_AFTER_MS, wait = sleep }: Patience = {},
): Promise<Outcome> {
  const startedAt = Date.now()
  for (let tries = 1; ; tries++) {
    const answer = await send(call).catch(() => undefined)
    const ms = Date.now() - startedAt
    if (answer !== undefined && isDefinite(answer)) return { answer, tries, ms }
    if (ms > giveUpAfterMs) return { answer: undefined, tries, ms }
    const seconds = answer?.retryAfterSeconds
    // Some chance in it, so that a crowd that was turned away does not come back as one.
    await wait((seconds === undefined ? RETRY_AFTER_MS : seconds * 1000) * (0.5 + Math.random()))
  }
}

/** A 500 that is no problem document comes from `wrangler dev`, whose runtime is gone. */
export function isDefinite({ status, body, isProblem }: Answer): boolean {
  if (status === 429 || status === 503) return false
  if (status >= 500 && !isProblem) return false
  return body?.['code'] !== 'request_in_progress'
}
