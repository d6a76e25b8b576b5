import type { IncomingHttpHeaders } from 'node:http'

export interface Call {
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** What the pattern of the route captured. */
  readonly params: readonly string[]
}

/** A pattern over `METHOD path`, and what answers: a result, or an object with `result` in it. */
export type Route = readonly [RegExp, (call: Call) => unknown]

export class Refusal extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function json(call: Call): Record<string, unknown> {
  return JSON.parse(call.body.toString('utf8')) as Record<string, unknown>
}

/** A page of a list, as the API cuts it. */
export function page(items: readonly object[], { query }: Call): object {
  const size = Number(query.get('per_page') ?? 20)
  const number = Number(query.get('page') ?? 1)
  const result = items.slice((number - 1) * size, number * size)
  const total = items.length
  return {
    result,
    result_info: {
      page: number,
      per_page: size,
      count: result.length,
      total_count: total,
      total_pages: Math.ceil(total / size),
    },
  }
}
