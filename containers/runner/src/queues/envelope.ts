import type { Message, Options } from 'amqplib'
import { FORMATS, type Format, type QueueMessage } from './message.ts'

const FORMAT = 'kiosk-format'
const SENT_AT = 'kiosk-sent-at'
const FAILURES = 'kiosk-failures'
const DUE_AT = 'kiosk-due-at'

/** A message in the terms of AMQP. Nothing of what a broker added on the way goes on with it. */
export function toEnvelope(
  { id, sentAt, failures, format }: QueueMessage,
  dueAt: number,
): Options.Publish {
  return {
    messageId: id,
    deliveryMode: PERSISTENT,
    // A message that no queue takes comes back, instead of being confirmed and forgotten.
    mandatory: true,
    headers: { [FORMAT]: format, [SENT_AT]: sentAt, [FAILURES]: failures, [DUE_AT]: dueAt },
  }
}
const PERSISTENT = 2

export interface Received {
  readonly message: QueueMessage
  /** Before then, it is only on its way. Epoch ms. */
  readonly dueAt: number
}

/** Reads whatever lies in a queue: what others have put there is a message, too. */
export function fromEnvelope({ content, properties, fields }: Message): Received {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {}
  const number = (name: string): number => {
    const value = headers[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : 0
  }
  return {
    dueAt: number(DUE_AT),
    message: {
      id: textOf(properties.messageId) ?? `${fields.routingKey}-${fields.deliveryTag}`,
      sentAt: number(SENT_AT) || Date.now(),
      failures: number(FAILURES),
      format: formatOf(headers[FORMAT]),
      body: content,
    },
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function formatOf(value: unknown): Format {
  return FORMATS.find((format) => format === value) ?? 'text'
}
