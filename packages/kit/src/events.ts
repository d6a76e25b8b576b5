import { EVENTS, type EventData, type EventOf, type EventType } from '@kiosk/contracts/events'
import { currentContext } from './context.ts'
import { newId } from './ids.ts'
import { formatTraceparent } from './trace.ts'

interface NewEvent<T extends EventType> {
  /** The id of what the event is about. */
  readonly subject: string
  /** The version of the subject that this event tells of. */
  readonly aggregateversion: number
  readonly data: EventData<T>
  /** The trace that caused it, where that is not the current one. */
  readonly traceparent?: string
}

/** Makes an event in its envelope, in the trace of the current work. */
export function newEvent<T extends EventType>(type: T, event: NewEvent<T>): EventOf<T> {
  const { requestId, trace } = currentContext()
  const schema = EVENTS[type]
  return {
    specversion: '1.0',
    id: newId('event'),
    source: schema.shape.source.value,
    type,
    subject: event.subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataversion: 1,
    aggregateversion: event.aggregateversion,
    traceparent: event.traceparent ?? formatTraceparent(trace),
    requestid: requestId,
    data: event.data,
  } as unknown as EventOf<T>
}
