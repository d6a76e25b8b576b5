import { vi } from 'vitest'
import { createKiosk, type Kiosk, type KioskOptions } from '../src/index.ts'

/** Makes an answer, or fails as fetch does. */
type Answer = () => Response

/** A request as the shop got it. */
export interface Got {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string
}

/**
 * A shop without a network: it gives these answers, the last one for ever, and remembers what it
 * was asked.
 */
export function shopThatAnswers(answers: readonly Answer[], options: Partial<KioskOptions> = {}) {
  const got: Got[] = []
  async function fetch(request: Request): Promise<Response> {
    request.signal.throwIfAborted()
    const { method, url, headers } = request
    got.push({ method, url, headers: new Headers(headers), body: await request.text() })
    return (answers[got.length - 1] ?? answers.at(-1) ?? noAnswer)()
  }
  const kiosk: Kiosk = createKiosk({ baseUrl: 'https://shop.example', fetch, ...options })
  return { kiosk, got }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return () => Response.json(body, { status, headers })
}

export function problem(status: number, code: string, more: object = {}, headers = {}): Answer {
  const body = { type: code, title: code, status, code, detail: 'so it is', requestId: 'r-1' }
  return json(status, { ...body, ...more }, headers)
}

/** What fetch throws when no answer comes. */
export function noAnswer(): never {
  throw new TypeError('fetch failed')
}

/** Lets every wait end at once; returns how long each was to be, in milliseconds. */
export function skipWaits(): number[] {
  const waits: number[] = []
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
    waits.push(ms)
    queueMicrotask(run)
    return 0
  }) as never)
  return waits
}
