import { retryAfterMs } from './retry-after.ts'

/** How often, and after what waits, a call is made again. */
export interface RetryOptions {
  /** How many times at most after the first. 0 for never. Default: 4. */
  readonly limit?: number
  /** The longest first wait, in milliseconds; it doubles each time. Default: 250. */
  readonly initialDelayMs?: number
  /**
   * The longest wait, in milliseconds, whoever asks for it: an answer that asks for a longer one
   * ends the call. Default: 30,000.
   */
  readonly maxDelayMs?: number
}

type Fetch = (request: Request) => Promise<Response>

const IDEMPOTENT: readonly string[] = ['GET', 'PUT', 'DELETE']

export const KEY_HEADER = 'idempotency-key'

/**
 * Makes calls again that may succeed later, if that cannot do anything twice. A 429 did nothing.
 * After a 502, 503 or 504, and without an answer, nobody knows: then only what has an idempotency
 * key or method is repeated. So is a keyed call whose first attempt is still being worked on.
 */
export function retrying(fetch: Fetch, options: RetryOptions = {}): Fetch {
  const { limit = 4, initialDelayMs = 250, maxDelayMs = 30_000 } = options

  async function waitBefore(retry: number, request: Request, outcome: Outcome) {
    if (retry > limit || !(await maySucceedLater(request, outcome))) return undefined
    const asked = outcome.response && retryAfterMs(outcome.response.headers)
    if (asked !== undefined && asked > maxDelayMs) return undefined
    // Full jitter: those who failed together do not come back together.
    const backoffMs = Math.random() * initialDelayMs * 2 ** (retry - 1)
    return Math.min((asked ?? 0) + backoffMs, maxDelayMs)
  }

  return async function send(request) {
    for (let retry = 1; ; retry += 1) {
      const outcome = await settle(fetch(request.clone()))
      const waitMs = await waitBefore(retry, request, outcome)
      if (waitMs === undefined) {
        if (outcome.response === undefined) throw outcome.error
        return outcome.response
      }
      await outcome.response?.body?.cancel()
      await sleep(waitMs, request.signal)
    }
  }
}

type Outcome =
  | { readonly response: Response; readonly error?: never }
  | { readonly response?: never; readonly error: unknown }

async function settle(sent: Promise<Response>): Promise<Outcome> {
  try {
    return { response: await sent }
  } catch (error) {
    return { error }
  }
}

async function maySucceedLater(request: Request, { response }: Outcome): Promise<boolean> {
  const isKeyed = request.headers.has(KEY_HEADER)
  const isRepeatable = isKeyed || IDEMPOTENT.includes(request.method)
  switch (response?.status) {
    case undefined:
    case 502:
    case 503:
    case 504:
      return isRepeatable
    case 429:
      return true
    case 409:
      return isKeyed && (await codeOf(response)) === 'request_in_progress'
    default:
      return false
  }
}

async function codeOf(response: Response): Promise<unknown> {
  try {
    const body: unknown = await response.clone().json()
    return typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
  } catch {
    return undefined
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    function stop() {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
}
