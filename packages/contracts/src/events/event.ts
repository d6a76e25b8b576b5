import { z } from '@hono/zod-openapi'
import { EventId } from '../primitives/id.ts'
import { Instant } from '../primitives/time.ts'

interface EventDefinition<T extends string, D extends z.ZodObject> {
  readonly type: T
  /** The Worker that says it: `/orders`. */
  readonly source: string
  /** When it is said, and what is true then. */
  readonly when: string
  readonly data: D
  readonly example: {
    /** The id of what it is about. */
    readonly subject: string
    readonly data: z.input<D>
  }
}

/**
 * The envelope of every event: CloudEvents 1.0 in structured JSON, with four extension attributes:
 * `dataversion` (of the payload's shape), `aggregateversion` (rises with every change of the subject, so
 * that a projection can ignore what is older than what it has), `traceparent` (W3C) and `requestid`.
 */
export function defineEvent<T extends string, D extends z.ZodObject>(
  definition: EventDefinition<T, D>,
) {
  const { type, source, when, data, example } = definition
  const name = eventName(type)
  return z
    .object({
      specversion: z.literal('1.0'),
      id: EventId.openapi({ description: 'The same however often the event arrives' }),
      source: z.literal(source),
      type: z.literal(type),
      subject: z.string().min(1).max(100).openapi({ description: 'The id of what it is about' }),
      time: Instant,
      datacontenttype: z.literal('application/json'),
      dataversion: z.literal(1).openapi({ description: 'Of the shape of `data`' }),
      aggregateversion: z
        .number()
        .int()
        .min(0)
        .openapi({ description: 'Rises with every change of the subject' }),
      traceparent: z.string().openapi({ description: 'The W3C trace that it belongs to' }),
      requestid: z.string().openapi({ description: 'The request that caused it' }),
      data: data.openapi(`${name}Data`),
    })
    .openapi(name, {
      description: when,
      example: {
        specversion: '1.0',
        id: 'evt_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
        source,
        type,
        subject: example.subject,
        time: '2026-11-20T12:00:00.000Z',
        datacontenttype: 'application/json',
        dataversion: 1,
        aggregateversion: 1,
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        requestid: '0f8b6c1e-5c0e-4a59-9b57-6f3c9b1f2f10',
        data: example.data,
      },
    })
}

/** `payment.action_required` as the name of a schema: `PaymentActionRequired`. */
export function eventName(type: string): string {
  return type.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())
}
