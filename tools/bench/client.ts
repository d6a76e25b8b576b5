import { Pool } from 'undici'
import type { Call, Send } from '../own-shop/http.ts'

const ANSWER_WITHIN_MS = 120_000

export interface Client {
  readonly send: Send
  close(): Promise<void>
}

/** A client with so many connections, which costs the processors that it shares with the shop little. */
export function openClient(url: string, connections: number, withinMs = ANSWER_WITHIN_MS): Client {
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    headersTimeout: withinMs,
    bodyTimeout: withinMs,
  })
  return {
    close: () => pool.close(),
    async send(call) {
      const { statusCode: status, headers, body } = await pool.request(requestOf(call))
      const text = await body.text()
      return {
        status,
        retryAfterSeconds: Number(headers['retry-after']) || undefined,
        body: parse(text),
        isProblem: headers['content-type'] === 'application/problem+json',
      }
    },
  }
}

function requestOf({ method, path, token, idempotencyKey, headers, body }: Call) {
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path,
    headers: {
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
