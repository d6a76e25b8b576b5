import { Agent, request } from 'node:http'

const SILENT_MS = 20_000

export interface Answer {
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  /** The JSON of the body; undefined where it is something else. */
  readonly body: Record<string, unknown> | undefined
  readonly isProblem: boolean
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly token?: string
  readonly idempotencyKey?: string
  /** Beside those that say the above. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Sends one request; rejects when no answer comes. */
export type Send = (call: Call) => Promise<Answer>

/** A client for crowds: any number of requests at once, over so many sockets at most. */
export function clientOf(url: string, sockets: number): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  return ({ method, path, token, idempotencyKey, headers: more, body }) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const sent = request(
        new URL(path, url),
        {
          agent,
          method: method ?? (text === undefined ? 'GET' : 'POST'),
          // Counts from when it has a socket, and only while nothing comes.
          timeout: SILENT_MS,
          headers: {
            ...more,
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
            ...(text !== undefined && { 'content-type': 'application/json' }),
          },
        },
        (response) => {
          let received = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk))
          response.on('error', reject)
          response.on('end', () => {
            const { statusCode: status = 0, headers } = response
            const isProblem = headers['content-type'] === 'application/problem+json'
            const retryAfterSeconds = Number(headers['retry-after']) || undefined
            resolve({ status, retryAfterSeconds, body: parse(received), isProblem })
          })
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
      sent.on('error', reject)
      sent.end(text)
    })
}

/** A text in the body of an answer. */
export function textIn(answer: Answer | undefined, field: string): string | undefined {
  const value = answer?.body?.[field]
  return typeof value === 'string' ? value : undefined
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
