import type { Problem, Shortage } from './generated/types.gen.ts'
import { retryAfterMs } from './retry-after.ts'

/**
 * What a refusal can be. `unexpected_answer` is not Kiosk's: something else answered, as a proxy
 * may.
 */
export type ProblemCode = Problem['code'] | 'unexpected_answer'

/** What is wrong with one field: `lines.0.quantity` must be at least 1. */
export type FieldError = NonNullable<Problem['errors']>[number]

/**
 * An answer that is not the one asked for, by its problem document (RFC 9457). Decide by `code`;
 * `detail` is for people. A call that a network or an `AbortSignal` ended throws what `fetch`
 * throws instead.
 */
export class ProblemError<Code extends ProblemCode = ProblemCode> extends Error {
  override readonly name = 'ProblemError'
  readonly code: Code
  /** The HTTP status. */
  readonly status: number
  readonly title: string
  /** What went wrong this time, for people. */
  readonly detail: string
  /** Names the request in the logs of the shop: tell it to support. */
  readonly requestId: string | undefined
  /** Of `validation_failed`: each field that is wrong. Else empty. */
  readonly errors: readonly FieldError[]
  /** Of `insufficient_stock`: each SKU that is short. Else empty. */
  readonly shortages: readonly Shortage[]
  /** How long to wait before asking again, where the answer said so. */
  readonly retryAfterMs: number | undefined

  constructor(call: string, response: Response, problem: Partial<Problem>) {
    const { code = 'unexpected_answer', title = '', detail = title } = problem
    super(`${call} answered ${response.status} ${code}: ${detail}`)
    this.code = code as Code
    this.status = response.status
    this.title = title
    this.detail = detail
    this.requestId = problem.requestId ?? response.headers.get('x-request-id') ?? undefined
    this.errors = problem.errors ?? []
    this.shortages = problem.shortages ?? []
    this.retryAfterMs = retryAfterMs(response.headers)
  }
}

/**
 * Whether an error is a refusal for one of some reasons; without any, whether it is a refusal.
 * @example if (isProblem(error, 'insufficient_stock')) show(error.shortages)
 */
export function isProblem<Code extends ProblemCode = ProblemCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is ProblemError<Code> {
  if (!(error instanceof ProblemError)) return false
  return codes.length === 0 || codes.some((code) => code === error.code)
}

/**
 * The error for an answer that is not what was asked for. It may be anything: not only Kiosk
 * answers.
 */
export function problemFrom(body: unknown, response: Response, request: Request): ProblemError {
  const call = `${request.method} ${new URL(request.url).pathname}`
  const isProblem = !response.ok && isDocument(body)
  return new ProblemError(call, response, isProblem ? body : { detail: 'not as Kiosk answers' })
}

function isDocument(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body
}
