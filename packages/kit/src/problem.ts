import {
  ERRORS,
  PROBLEM_TYPE_BASE,
  type ErrorCode,
  type Problem,
  type Shortage,
} from '@kiosk/contracts/errors'
import { currentContext } from './context.ts'
import { transience } from './overload.ts'

interface ProblemExtras {
  readonly errors?: { path: string; message: string }[]
  readonly shortages?: readonly Shortage[]
  /** For 429 and 503: when to try again. */
  readonly retryAfterSeconds?: number
}

/** A refusal that the client is told of. Thrown anywhere below a route; rendered by the app. */
export class ProblemError extends Error {
  readonly code: ErrorCode
  readonly extras: ProblemExtras

  constructor(code: ErrorCode, detail?: string, extras: ProblemExtras = {}) {
    super(detail ?? ERRORS[code].title)
    this.name = 'ProblemError'
    this.code = code
    this.extras = extras
  }
}

const RETRY_AFTER_SECONDS_DEFAULT = 1

/** The answer for a problem: RFC 9457, with `Retry-After` where waiting helps. */
export function problemResponse(problem: ProblemError): Response {
  const { status, title } = ERRORS[problem.code]
  const { retryAfterSeconds = RETRY_AFTER_SECONDS_DEFAULT, errors, shortages } = problem.extras
  const { requestId } = currentContext()
  const body: Problem = {
    type: PROBLEM_TYPE_BASE + problem.code,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    requestId,
    ...(errors === undefined ? {} : { errors }),
    ...(shortages === undefined ? {} : { shortages: [...shortages] }),
  }
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  })
  if (status === 429 || status === 503) headers.set('retry-after', String(retryAfterSeconds))
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  return new Response(JSON.stringify(body), { status, headers })
}

/** How long to wait when nobody said so. */
const RETRY_AFTER_SECONDS_TRANSIENT = 2

/** Any thrown thing as a problem: what a retry may cure is 503, a bug is 500. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const transient = transience(error)
  if (transient === null) return new ProblemError('internal_error')
  const { retryAfterSeconds } = transient
  return new ProblemError('unavailable', undefined, {
    retryAfterSeconds: retryAfterSeconds ?? RETRY_AFTER_SECONDS_TRANSIENT,
  })
}
