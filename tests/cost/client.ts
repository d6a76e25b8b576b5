import { randomUUID } from 'node:crypto'

interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly body?: unknown
  readonly token?: string
}

/** Whoever calls the API here: it answers at once and well, or the count is worth nothing. */
export class Client {
  readonly #url: URL
  /** Bytes of the answers so far. */
  received = 0

  constructor(url: URL) {
    this.#url = url
  }

  async ask<Body>(path: string, { method, body, token }: Call = {}): Promise<Body> {
    const verb = method ?? (body === undefined ? 'GET' : 'POST')
    const response = await fetch(new URL(path, this.#url), {
      method: verb,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(verb === 'POST' && { 'idempotency-key': randomUUID() }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${verb} ${path}: ${response.status} ${text}`)
    this.received += Buffer.byteLength(text)
    return JSON.parse(text) as Body
  }
}
