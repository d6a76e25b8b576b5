import { randomBytes } from 'node:crypto'
import { DELAY_SECONDS_MAX } from './delays.ts'
import { FORMATS, type Format, type QueueMessage } from './message.ts'

/** The limits of Cloudflare Queues, bytes and messages. */
const MESSAGE_BYTES_MAX = 128_000
const BATCH_BYTES_MAX = 288_000
const BATCH_COUNT_MAX = 100

export interface Outgoing {
  readonly message: QueueMessage
  readonly delaySeconds: number
}

/** What a producer asked for makes no sense; its `send` fails. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/**
 * What the runtime's queue binding sends, as messages: one in the body for `send`, a list as JSON for
 * `sendBatch`. It is what Miniflare's own queues are sent, too.
 */
export function readOutgoing(path: string, headers: Headers, body: Buffer): Outgoing[] {
  const delaySeconds = delayIn(headers['x-msg-delay-secs'])
  if (path === '/message') {
    return [outgoing(formatIn(headers['x-msg-fmt']), body, delaySeconds ?? 0)]
  }
  const { messages } = JSON.parse(body.toString('utf8')) as { messages: WireMessage[] }
  const all = messages.map((message) =>
    outgoing(
      formatIn(message.contentType),
      Buffer.from(message.body, 'base64'),
      delayIn(message.delaySecs) ?? delaySeconds ?? 0,
    ),
  )
  const bytes = all.reduce((sum, { message }) => sum + message.body.byteLength, 0)
  if (all.length > BATCH_COUNT_MAX || bytes > BATCH_BYTES_MAX) {
    throw new Refused(`a batch of ${all.length} messages, ${bytes} bytes, is too large`)
  }
  return all
}

interface WireMessage {
  readonly contentType?: string
  readonly delaySecs?: number
  /** Base64. */
  readonly body: string
}

function outgoing(format: Format, body: Buffer, delaySeconds: number): Outgoing {
  if (body.byteLength > MESSAGE_BYTES_MAX) {
    throw new Refused(`a message of ${body.byteLength} bytes is too large`)
  }
  const id = randomBytes(16).toString('hex')
  return { message: { id, sentAt: Date.now(), failures: 0, format, body }, delaySeconds }
}

// Without one, the runtime means its own serialisation.
function formatIn(value: unknown): Format {
  const format = FORMATS.find((known) => known === (value ?? 'v8'))
  if (format === undefined) throw new Refused('that is no content type of a queue')
  return format
}

function delayIn(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const seconds = Number(value)
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= DELAY_SECONDS_MAX) return seconds
  throw new Refused(`a delay is a whole number from 0 to ${DELAY_SECONDS_MAX} seconds`)
}
