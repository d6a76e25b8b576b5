/**
 * A party that we depend on did not take a call and asks to be left alone for a while: a provider's 429,
 * say. Calling it again later is safe.
 */
export class Busy extends Error {
  override readonly name = 'Busy'
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds = RETRY_AFTER_SECONDS_DEFAULT) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

const RETRY_AFTER_SECONDS_DEFAULT = 5
/** Whoever asks for more is asked again after this. */
const RETRY_AFTER_SECONDS_MAX = 60 * 60

/** What another party's HTTP answer says of its load: null when it is not a plea to come back later. */
export function busyAnswer(who: string, { status, headers }: Response): Busy | null {
  if (status !== 429 && status !== 503) return null
  return new Busy(`${who} answered ${status}`, retryAfterSeconds(headers.get('retry-after')))
}

/** Reads a `Retry-After` header: seconds, or a date. */
function retryAfterSeconds(header: string | null): number | undefined {
  if (header === null) return undefined
  const isDate = !/^\s*\d+\s*$/.test(header)
  const seconds = isDate ? (Date.parse(header) - Date.now()) / 1000 : Number(header)
  if (!Number.isFinite(seconds)) return undefined
  return Math.min(Math.max(Math.ceil(seconds), 1), RETRY_AFTER_SECONDS_MAX)
}

/**
 * What the platform says when the same call may succeed later, of Durable Objects, D1, Queues and KV. Their
 * errors have no codes, and D1 sets none of the properties below.
 * https://developers.cloudflare.com/d1/observability/debug-d1/#error-list
 * https://developers.cloudflare.com/durable-objects/observability/troubleshooting/
 */
const TEMPORARY = new RegExp(
  [
    'overloaded', // an object, "D1 DB is overloaded. …", "Queue is overloaded. Please back off."
    'too many requests', // a queue's or KV's 429, and both kinds of overload in words
    'network connection lost',
    'to be reset', // "Internal error in … storage caused object to be reset."
    'was reset', // "… isolate exceeded its memory limit and was reset."
    'reset because', // "… reset because its code was updated."
    "object's code has been updated",
    'transient issue on remote node',
    'internal error; reference =',
  ].join('|'),
  'i',
)

const CAUSE_DEPTH_MAX = 5

/**
 * Whether waiting helps, and how long if somebody said so. Null: it is a bug, or a refusal. An error of
 * another Worker keeps its name, properties and causes on the way here, but not its class.
 */
export function transience(
  error: unknown,
  depth = 0,
): { readonly retryAfterSeconds: number | null } | null {
  if (!(error instanceof Error) || depth > CAUSE_DEPTH_MAX) return null
  if (isBusy(error)) return { retryAfterSeconds: error.retryAfterSeconds }
  const { overloaded, retryable, durableObjectReset, code } = error as Error & PlatformError
  const isFlagged = overloaded === true || retryable === true || durableObjectReset === true
  const isRefusal = error.name === 'ProblemError' && code === 'unavailable'
  // A failed query's message quotes what people wrote, who may write anything; its cause does not.
  const saysSo = !('params' in error) && TEMPORARY.test(error.message)
  if (isFlagged || isRefusal || saysSo) return { retryAfterSeconds: null }
  return transience(error.cause, depth + 1)
}

interface PlatformError {
  readonly overloaded?: boolean
  readonly retryable?: boolean
  readonly durableObjectReset?: boolean
  readonly code?: unknown
}

/** Whether an error is a `Busy`, made here or in another Worker. */
export function isBusy(error: unknown): error is Busy {
  return error instanceof Error && error.name === 'Busy' && 'retryAfterSeconds' in error
}
