import { setTimeout as sleep } from 'node:timers/promises'

export interface Answer {
  readonly status: number
  // The tests read what the contract says is there.
  readonly body: Readonly<Record<string, unknown>>
  readonly isReplay: boolean
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  readonly body?: unknown
  readonly token?: string
  readonly key?: string
}

const RETRY_MS = 60
const PATIENCE_MS = 20_000
const ANSWER_MS = 8_000

/** Somebody who asks again, the same under the same key, until there is a definite answer. */
export async function askUntilAnswered(url: URL, call: Call): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask(url, call)
    if (answer !== null && isDefinite(answer)) return answer
    if (Date.now() > deadline) {
      const last = answer === null ? 'none' : `${answer.status} ${JSON.stringify(answer.body)}`
      throw new Error(
        `no definite answer to ${call.method ?? 'GET'} ${call.path}; the last: ${last}`,
      )
    }
    await sleep(RETRY_MS)
  }
}

function isDefinite({ status, body }: Answer): boolean {
  return status < 500 && body['code'] !== 'request_in_progress'
}

/** One attempt; null when the connection broke or nothing came. */
async function ask(url: URL, { method, path, body, token, key }: Call): Promise<Answer | null> {
  try {
    const response = await fetch(new URL(path, url), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return {
      status: response.status,
      body: isJson ? (JSON.parse(text) as Answer['body']) : {},
      isReplay: response.headers.has('idempotent-replayed'),
    }
  } catch {
    return null
  }
}
