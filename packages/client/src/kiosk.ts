import { type Client, createClient, createConfig } from './generated/client/index.ts'
import { KEYED } from './generated/keyed.gen.ts'
import { problemFrom } from './problem.ts'
import { KEY_HEADER, type RetryOptions, retrying } from './retry.ts'

/** A shop, as one caller sees it: what every call takes as its `client`. */
export type Kiosk = Client

type Token = string | undefined

export interface KioskOptions {
  /** Where the gateway is: `https://shop.example`. */
  readonly baseUrl: string
  /**
   * The access token of who calls, or a function that is asked for one before each call that has a
   * use for one. Without a token a call is nobody's.
   */
  readonly accessToken?: Token | (() => Token | Promise<Token>)
  readonly retry?: RetryOptions
  /** How long one attempt may take, in milliseconds. Default: 40,000, more than the gateway. */
  readonly timeoutMs?: number
  /** Instead of the global one: that of a service binding, or of a test. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/**
 * Connects to a shop. Calls throw a `ProblemError` for every answer outside 2xx, after the
 * repetitions that are safe. A POST that takes an idempotency key gets a new one, unless it is
 * given one in its `headers`; every repetition of it has the same.
 */
export function createKiosk(options: KioskOptions): Kiosk {
  const { baseUrl, accessToken, retry, timeoutMs = 40_000, fetch = globalFetch } = options
  const send = retrying((request) => attempt(fetch, request, timeoutMs), retry)
  const client = createClient(
    createConfig({
      baseUrl,
      auth: () => (typeof accessToken === 'function' ? accessToken() : accessToken),
      // It is only ever called with a request.
      fetch: send as typeof globalThis.fetch,
      // Whatever its type: a page that a wrong address answers is an error, not a product.
      parseAs: 'json',
      responseStyle: 'data',
      throwOnError: true,
    }),
  )
  client.interceptors.request.use((request, { url }) => {
    const isKeyed = KEYED.includes(`${request.method} ${url}`)
    if (isKeyed && !request.headers.has(KEY_HEADER)) {
      request.headers.set(KEY_HEADER, crypto.randomUUID())
    }
    return request
  })
  client.interceptors.error.use((error, response, request) =>
    response && request ? problemFrom(error, response, request) : error,
  )
  return client
}

// Looked up at each call: test tools replace it.
function globalFetch(request: Request): Promise<Response> {
  return globalThis.fetch(request)
}

async function attempt(fetch: typeof globalFetch, request: Request, timeoutMs: number) {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)])
  const response = await fetch(new Request(request, { signal }))
  // An answer that breaks off is none, so all of it is waited for here.
  await response.clone().arrayBuffer()
  return response
}
