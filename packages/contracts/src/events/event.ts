import { z } from '@hono/zod-openapi'
import { EventId } from '../primitives/id.ts'
import { Instant } from '../primitives/time.ts'

/**
 * The envelope of every event: CloudEvents 1.0 in structured JSON, with four extension attributes:
 * `dataversion` (of the payload's shape), `aggregateversion` (rises with every change of the subject, so
 * that a projection can ignore what is older than what it has), `traceparent` (W3C) and `requestid`.
 */
export function eventSchema<T extends string, D extends z.ZodType>(
  type: T,
  source: string,
  data: D,
) {
  return z.object({
    specversion: z.literal('1.0'),
    id: EventId,
    source: z.literal(source),
    type: z.literal(type),
    subject: z.string().min(1).max(100),
    time: Instant,
    datacontenttype: z.literal('application/json'),
    dataversion: z.literal(1),
    aggregateversion: z.number().int().min(0),
    traceparent: z.string(),
    requestid: z.string(),
    data,
  })
}
