import { ProblemError } from '@kiosk/kit/problem'
import type { Middleware } from '../deps.ts'

/**
 * Reads the body, so that what is passed on has a known length. One that is too large is read on (to a
 * cap) before it is refused: whoever is still sending when the answer comes sees a broken pipe instead.
 */
export const limitBody: Middleware = async (c, next) => {
  const { raw } = c.req
  if (raw.body !== null) {
    const { BODY_BYTES_MAX, UNREAD_BYTES_MAX } = c.var.deps.config
    const chunks: Uint8Array[] = []
    const size = await readUpTo(raw.body, BODY_BYTES_MAX + UNREAD_BYTES_MAX, (chunk, end) => {
      if (end <= BODY_BYTES_MAX) chunks.push(chunk)
    })
    if (size > BODY_BYTES_MAX) {
      throw new ProblemError('payload_too_large', `A body has at most ${BODY_BYTES_MAX} bytes`)
    }
    c.req.raw = withBody(raw, await new Blob(chunks).arrayBuffer())
  }
  await next()
}

function withBody(raw: Request, body: ArrayBuffer): Request {
  const { url, method } = raw
  const headers = new Headers(raw.headers)
  headers.delete('content-length')
  // A GET can arrive with a body, but a Request cannot be made so. It means nothing anyway.
  const hasNone = method === 'GET' || method === 'HEAD' || body.byteLength === 0
  return new Request(url, { method, headers, body: hasNone ? null : body })
}

/** Reads the body of a request that was refused before anyone looked at it, for the same reason. */
export const finishReading: Middleware = async (c, next) => {
  const { raw } = c.req
  await next()
  if (raw.body === null || raw.bodyUsed) return
  await readUpTo(raw.body, c.var.deps.config.UNREAD_BYTES_MAX, () => {})
}

/** Hands over each chunk with where it ends, until the stream does or is longer than wanted. */
async function readUpTo(
  body: ReadableStream<Uint8Array>,
  max: number,
  take: (chunk: Uint8Array, end: number) => void,
): Promise<number> {
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > max) break
    take(chunk, size)
  }
  return size
}
