import { request as httpRequest } from 'node:http'
import { expect } from 'vitest'
import { expectDocumented } from './documented.ts'
import type { ApiAnswer, System } from './harness.ts'

/** What must not be in any answer: where our code is, what it says to its database, other hosts. */
const INSIDE = /\.ts:\d|\.js:\d|SQLITE|D1_ERROR|drizzle|\bat \w+ \(|ZodError/i

/** Asserts that an answer is a refusal as RFC 9457 and the agreement want it, and nothing leaks. */
export function expectProblem(answer: ApiAnswer<unknown>, statuses: number | number[]): void {
  const allowed = [statuses].flat()
  const seen = `${answer.status} ${JSON.stringify(answer.body)?.slice(0, 500)}`
  expect(allowed, seen).toContain(answer.status)
  expect(answer.headers.get('content-type'), seen).toMatch(/^application\/problem\+json\b/)
  expect(answer.body).toMatchObject({
    type: expect.stringMatching(/^https?:\/\//),
    title: expect.stringMatching(/./),
    status: answer.status,
    code: expect.stringMatching(/^[a-z_]+$/),
    detail: expect.stringMatching(/./),
    requestId: answer.headers.get('x-request-id'),
  })
  const { code, errors } = answer.body as { code: string; errors?: unknown[] }
  if (code === 'validation_failed') {
    expect(errors?.length, seen).toBeGreaterThan(0)
    for (const error of errors ?? []) {
      expect(error).toEqual({ path: expect.any(String), message: expect.stringMatching(/./) })
    }
  }
  expect(JSON.stringify(answer.body)).not.toMatch(INSIDE)
  if (answer.status === 401) expect(answer.headers.has('www-authenticate')).toBe(true)
  if (answer.status === 429) expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
}

export function codeOf({ body }: { body: unknown }): string | undefined {
  return (body as { code?: string }).code
}

/** Asserts that input did no harm: it was taken, or refused as it should be. */
export function expectNoHarm(answer: ApiAnswer<unknown>): void {
  const seen = `${answer.status} ${JSON.stringify(answer.body)?.slice(0, 500)}`
  expect(answer.status, seen).toBeLessThan(500)
  if (answer.status >= 400) expectProblem(answer, answer.status)
}

/** What the Workers have logged as errors, after so many lines. */
export function errorsSince(system: System, lines: number): string[] {
  return system
    .logs()
    .slice(lines)
    .filter((line) => line.includes('"level":"error"'))
}

interface RawRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Chunks are sent without saying how long the body is. */
  readonly body?: string | Buffer | readonly (string | Buffer)[]
}

/** A call of which nothing is tidied up on the way: `..` stays in the path, and methods are any. */
export async function rawCall(
  system: System,
  path: string,
  request: RawRequest = {},
): Promise<ApiAnswer<unknown>> {
  const answer = await send(system, path, request)
  const { pathname } = new URL(`http://gateway${path}`)
  expectDocumented({ method: request.method ?? 'GET', path: pathname, ...answer })
  return answer
}

function send(
  { url }: System,
  path: string,
  { method = 'GET', headers = {}, body }: RawRequest,
): Promise<ApiAnswer<unknown>> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = url
    const length = isChunks(body) || body === undefined ? {} : lengthOf(body)
    const request = httpRequest(
      { hostname, port, path, method, headers: { ...headers, ...length } },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(parts).toString()
          const answered = new Headers()
          for (const [name, value] of Object.entries(response.headers)) {
            answered.set(name, String(value))
          }
          const isJson = answered.get('content-type')?.includes('json') ?? false
          const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : text || null
          resolve({ status: response.statusCode ?? 0, headers: answered, body: parsed })
        })
      },
    )
    request.on('error', reject)
    if (isChunks(body)) for (const chunk of body) request.write(chunk)
    else if (body !== undefined) request.write(body)
    request.end()
  })
}

function isChunks(body: RawRequest['body']): body is readonly (string | Buffer)[] {
  return Array.isArray(body)
}

function lengthOf(body: string | Buffer): Record<string, string> {
  return { 'content-length': String(Buffer.byteLength(body)) }
}

/** Does something with each item, a few at a time: as fast as one by one, and kinder to two cores. */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  atOnce = 12,
): Promise<void> {
  const queue = [...items].values()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}
