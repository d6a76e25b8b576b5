/** A message as it lies in the broker. */
export interface QueueMessage {
  /** Stays the same over retries and in the dead-letter queue. */
  readonly id: string
  /** When it was sent, epoch ms. */
  readonly sentAt: number
  /** How often it was tried in vain. */
  readonly failures: number
  readonly format: Format
  readonly body: Buffer
}

/** How a body was made into bytes; `v8` is the runtime's own serialisation, for what JSON cannot say. */
export const FORMATS = ['json', 'text', 'bytes', 'v8'] as const
export type Format = (typeof FORMATS)[number]

/** A message as the `queue()` handler of a Worker is given it. */
export type Delivery = {
  readonly id: string
  readonly timestamp: Date
  readonly attempts: number
} & ({ readonly body: unknown } | { readonly serializedBody: ArrayBuffer })

export function toDelivery({ id, sentAt, failures, format, body }: QueueMessage): Delivery {
  const head = { id, timestamp: new Date(sentAt), attempts: failures + 1 }
  switch (format) {
    case 'json':
      return { ...head, body: parse(body.toString('utf8')) }
    case 'text':
      return { ...head, body: body.toString('utf8') }
    case 'bytes':
      return { ...head, body: bytesOf(body) }
    case 'v8':
      return { ...head, serializedBody: bytesOf(body) }
  }
}

// Whatever it is, the handler decides about it; its neighbours must not suffer.
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

// A Buffer may be a window on memory that others use.
function bytesOf(body: Buffer): ArrayBuffer {
  return new Uint8Array(body).buffer
}
