import { Buffer } from 'node:buffer'

/** A span of a W3C trace (https://www.w3.org/TR/trace-context/). Ids are lower-case hex. */
export interface Trace {
  readonly traceId: string
  readonly spanId: string
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/

/** A new span under the caller's, or a new trace when the header is missing or malformed. */
export function continueTrace(traceparent: string | null | undefined): Trace {
  const match = TRACEPARENT.exec(traceparent ?? '')
  const traceId = match?.[1]
  const valid = traceId !== undefined && !/^0+$/.test(traceId) && !/^0+$/.test(match?.[2] ?? '0')
  return { traceId: valid ? traceId : randomHex(16), spanId: randomHex(8) }
}

export function formatTraceparent(trace: Trace): string {
  return `00-${trace.traceId}-${trace.spanId}-01`
}

function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
}
