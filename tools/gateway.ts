import { setTimeout as sleep } from 'node:timers/promises'

const TIMEOUT_MS = 30_000
const ATTEMPTS_MAX = 6
const RETRY_AFTER_SECONDS_DEFAULT = 1

/** What a schema of `@kiosk/contracts` does: the answer is what the contract says, or an error. */
export interface Schema<T> {
  parse(value: unknown): T
}

/** The public API as one caller sees it: nobody, or the owner of a token. */
export interface Gateway {
  readonly url: string
  get<T>(path: string, schema: Schema<T>): Promise<T>
  post<T>(path: string, body: unknown, schema: Schema<T>, idempotencyKey?: string): Promise<T>
  put<T>(path: string, body: unknown, schema: Schema<T>): Promise<T>
  patch<T>(path: string, body: unknown, schema: Schema<T>): Promise<T>
  as(accessToken: string): Gateway
}

/** An answer outside 2xx, with the code of its problem document. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: string

  constructor(call: string, status: number, problem: { code?: string; detail?: string }) {
    const { code = 'no_problem_document', detail = '' } = problem
    super(`${call} answered ${status} ${code}: ${detail}`)
    this.status = status
    this.code = code
  }
}

export function isRefusal(error: unknown, ...codes: string[]): boolean {
  return error instanceof Refusal && codes.includes(error.code)
}

export function gatewayAt(url: string, accessToken?: string): Gateway {
  async function call<T>(
    method: string,
    path: string,
    schema: Schema<T>,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<T> {
    const headers = new Headers()
    if (accessToken !== undefined) headers.set('authorization', `Bearer ${accessToken}`)
    if (body !== undefined) headers.set('content-type', 'application/json')
    if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey)
    const init = { method, headers, body: body === undefined ? null : JSON.stringify(body) }

    const answer = await send(`${url}${path}`, init)
    const json = await readJson(answer)
    if (!answer.ok) throw new Refusal(`${method} ${path}`, answer.status, json ?? {})
    try {
      return schema.parse(json)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown'
      throw new Error(`${method} ${path} does not answer as its contract says: ${reason}`, {
        cause,
      })
    }
  }

  return {
    url,
    get: (path, schema) => call('GET', path, schema),
    post: (path, body, schema, idempotencyKey) => call('POST', path, schema, body, idempotencyKey),
    put: (path, body, schema) => call('PUT', path, schema, body),
    patch: (path, body, schema) => call('PATCH', path, schema, body),
    as: (token) => gatewayAt(url, token),
  }
}

// A busy shop says when to come back. A 429 means that nothing was done, a 503 that it is not known: whoever
// creates without a key takes it for done when the repetition says that it exists.
async function send(url: string, init: RequestInit, attempt = 1): Promise<Response> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
  if ((answer.status !== 429 && answer.status !== 503) || attempt >= ATTEMPTS_MAX) return answer
  const seconds = Number(answer.headers.get('retry-after')) || RETRY_AFTER_SECONDS_DEFAULT
  await answer.body?.cancel()
  await sleep(seconds * 1000)
  return await send(url, init, attempt + 1)
}

async function readJson(answer: Response): Promise<Record<string, string> | undefined> {
  try {
    return (await answer.json()) as Record<string, string>
  } catch {
    return undefined
  }
}
