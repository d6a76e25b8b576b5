import { durationMs, readConfig, wholeNumber } from '@kiosk/kit/config'
import { DurableObject } from 'cloudflare:workers'
import { z } from 'zod'
import {
  attemptsLeft,
  countFailure,
  countRequest,
  forgetAt,
  lockedForMs,
  NO_ATTEMPTS,
  type AttemptPolicy,
  type Attempts,
  type Requests,
} from '../domain/attempts.ts'

const MINUTE_MS = 60 * 1000

/** When an account is locked, and how often it may ask for a reset mail: variables of the Worker. */
export const GuardConfig = z.object({
  /** So many failures within the window lock the account. */
  LOGIN_FAILURES_MAX: wholeNumber(10).pipe(z.number().min(1)),
  LOGIN_WINDOW_MS: durationMs(15 * MINUTE_MS),
  LOGIN_LOCK_MS: durationMs(15 * MINUTE_MS),
  RESET_REQUESTS_MAX: wholeNumber(5),
  RESET_WINDOW_MS: durationMs(60 * MINUTE_MS),
})

/** How an attempt to prove a password ended. `locked`: it was not tried. */
export type AttemptOutcome =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed' }
  | { readonly outcome: 'locked'; readonly retryAfterMs: number }

/** More attempts than this on one account at once are not somebody signing in. */
const WAITING_MAX = 200
const BUSY_RETRY_MS = 1_000

/**
 * Counts wrong passwords for one email, known or not, and locks it for a while. One object per email, so the
 * count is exact: attempts that run at once never exceed what is left, because the others wait. It
 * stores nothing while all goes well, and erases itself when what it remembers no longer matters.
 */
export class LoginGuard extends DurableObject<object> {
  readonly #config = readConfig(this.env, GuardConfig)
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** Tries a password, unless the account is locked. `verify` runs where the caller is. */
  async attempt(verify: () => Promise<boolean>): Promise<AttemptOutcome> {
    const refusal = await this.#enter()
    if (refusal !== null) return refusal
    try {
      const isRight = await verify()
      await (isRight ? this.#forgetFailures() : this.#countFailure())
      return { outcome: isRight ? 'passed' : 'failed' }
    } finally {
      this.#running -= 1
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }

  /** Ends a lock: whoever holds the account has proved it in another way. */
  async clear(): Promise<void> {
    await this.#forgetFailures()
  }

  /** Whether a reset mail may be sent now. Counts it. */
  async mayRequestReset(): Promise<boolean> {
    const { RESET_REQUESTS_MAX, RESET_WINDOW_MS } = this.#config
    const limit = { max: RESET_REQUESTS_MAX, windowMs: RESET_WINDOW_MS }
    const counted = countRequest(this.#requests(), Date.now(), limit)
    if (counted === null) return false
    this.ctx.storage.kv.put('requests', counted)
    await this.#scheduleErasure()
    return true
  }

  override async alarm(): Promise<void> {
    if (this.#forgetAt() > Date.now()) await this.#scheduleErasure()
    else await this.ctx.storage.deleteAll()
  }

  async #enter(): Promise<AttemptOutcome | null> {
    for (;;) {
      const now = Date.now()
      const lockedMs = lockedForMs(this.#attempts(), now)
      if (lockedMs > 0) return { outcome: 'locked', retryAfterMs: lockedMs }
      if (this.#running < attemptsLeft(this.#attempts(), now, this.#policy())) break
      if (this.#waiting.length >= WAITING_MAX) {
        return { outcome: 'locked', retryAfterMs: BUSY_RETRY_MS }
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#running += 1
    return null
  }

  async #countFailure(): Promise<void> {
    const counted = countFailure(this.#attempts(), Date.now(), this.#policy())
    this.ctx.storage.kv.put('attempts', counted)
    await this.#scheduleErasure()
  }

  async #forgetFailures(): Promise<void> {
    if (this.#attempts().failures > 0) this.ctx.storage.kv.delete('attempts')
  }

  #attempts(): Attempts {
    return this.ctx.storage.kv.get<Attempts>('attempts') ?? NO_ATTEMPTS
  }

  #requests(): Requests | undefined {
    return this.ctx.storage.kv.get<Requests>('requests')
  }

  #policy(): AttemptPolicy {
    const { LOGIN_FAILURES_MAX, LOGIN_WINDOW_MS, LOGIN_LOCK_MS } = this.#config
    return { failuresMax: LOGIN_FAILURES_MAX, windowMs: LOGIN_WINDOW_MS, lockMs: LOGIN_LOCK_MS }
  }

  #forgetAt(): number {
    const requests = this.#requests()
    return Math.max(
      forgetAt(this.#attempts(), this.#policy()),
      requests === undefined ? 0 : requests.since + this.#config.RESET_WINDOW_MS,
    )
  }

  async #scheduleErasure(): Promise<void> {
    await this.ctx.storage.setAlarm(Math.max(this.#forgetAt(), Date.now() + 1))
  }
}
