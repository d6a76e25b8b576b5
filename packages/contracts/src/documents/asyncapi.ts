import { OpenAPIHono } from '@hono/zod-openapi'
import { eventName } from '../events/event.ts'
import {
  EVENTS,
  type EventType,
  type Subscriber,
  SUBSCRIBERS,
  SUBSCRIPTIONS,
} from '../events/index.ts'
import { modernize, type Schema, type Schemas } from './schemas.ts'

const ABOUT_EVENTS = `What has happened in Kiosk, as its Workers tell each other.

Every message is one CloudEvents 1.0 event in structured JSON. Each subscriber has a queue of its
own, and a dead-letter queue for what fails every retry.

**Delivery is at least once and in no order.** An event is written in the same transaction as the
change that it tells of, one row per subscriber, and sent until its queue has taken it. A
subscriber keeps the ids of the events that took effect, so a repetition does nothing; what must
not go backwards compares \`aggregateversion\`.

**Growth.** Payloads may get new fields, so ignore what you do not know. A breaking change is a
new \`dataversion\` beside the old one.`

interface Reference {
  readonly $ref: string
}

interface Channel {
  readonly address: string
  readonly title: string
  readonly description: string
  readonly messages: Readonly<Record<string, Reference>>
  readonly tags: readonly { readonly name: string }[]
}

interface Operation {
  readonly action: 'send' | 'receive'
  readonly channel: Reference
  readonly title: string
  readonly summary: string
  readonly tags: readonly { readonly name: string }[]
  readonly messages: readonly Reference[]
}

const TYPES = Object.keys(EVENTS) as EventType[]

/** The Worker that says an event: its `source` without the slash. */
export function publisherOf(type: EventType): string {
  return EVENTS[type].shape.source.value.slice(1)
}

/** The Workers that hear an event. */
export function hearersOf(type: EventType): readonly Subscriber[] {
  return SUBSCRIPTIONS[type]
}

/** The AsyncAPI 3.0 document of every event: who says it, who hears it, on which queue. */
export function asyncApi() {
  const schemas = eventSchemas()
  return {
    asyncapi: '3.0.0',
    id: 'urn:kiosk:events',
    info: {
      title: 'Kiosk events',
      version: '1.0.0',
      description: ABOUT_EVENTS,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      tags: WORKERS.map((name) => ({ name, description: `What concerns the Worker ${name}.` })),
    },
    defaultContentType: 'application/cloudevents+json',
    servers: {
      queues: {
        host: 'queues.cloudflare.com',
        protocol: 'cloudflare-queues',
        description: 'Cloudflare Queues, which Workers reach over bindings and not by this name.',
      },
    },
    channels: Object.fromEntries(SUBSCRIBERS.flatMap(channelsOf)),
    operations: Object.fromEntries([
      ...SUBSCRIBERS.flatMap(sendingTo),
      ...SUBSCRIBERS.flatMap(receivingIn),
    ]),
    components: {
      messages: Object.fromEntries(
        TYPES.map((type) => [eventName(type), messageOf(type, schemas)]),
      ),
      schemas,
    },
  }
}
export type AsyncApiDocument = ReturnType<typeof asyncApi>

const WORKERS = [...new Set([...TYPES.map(publisherOf), ...SUBSCRIBERS])].toSorted()

function typesHeardBy(subscriber: Subscriber): EventType[] {
  return TYPES.filter((type) => hearersOf(type).includes(subscriber))
}

function channelsOf(subscriber: Subscriber): [string, Channel][] {
  const messages = Object.fromEntries(
    typesHeardBy(subscriber).map((type) => [
      eventName(type),
      { $ref: `#/components/messages/${eventName(type)}` },
    ]),
  )
  const tags = [{ name: subscriber }]
  return [
    [
      subscriber,
      {
        address: `kiosk-${subscriber}`,
        title: `The queue of ${subscriber}`,
        description: `Everything that ${subscriber} hears. It is the queue’s one consumer.`,
        messages,
        tags,
      },
    ],
    [
      `${subscriber}DeadLetters`,
      {
        address: `kiosk-${subscriber}-dlq`,
        title: `The dead-letter queue of ${subscriber}`,
        description: 'What failed every retry. The queue itself moves it here.',
        messages,
        tags,
      },
    ],
  ]
}

/** One operation for each Worker that says something to the subscriber. */
function sendingTo(subscriber: Subscriber): [string, Operation][] {
  const bySender = Map.groupBy(typesHeardBy(subscriber), publisherOf)
  return [...bySender].map(([sender, types]) => [
    `${sender}SendsTo${eventName(subscriber)}`,
    {
      action: 'send',
      channel: { $ref: `#/channels/${subscriber}` },
      title: `${sender} tells ${subscriber}`,
      summary: `Through the outbox of ${sender}, until the queue has taken it.`,
      tags: [{ name: sender }],
      messages: references(subscriber, types),
    },
  ])
}

function receivingIn(subscriber: Subscriber): [string, Operation][] {
  const tags = [{ name: subscriber }]
  const types = typesHeardBy(subscriber)
  const deadLetters = `${subscriber}DeadLetters`
  return [
    [
      `${subscriber}Receives`,
      {
        action: 'receive',
        channel: { $ref: `#/channels/${subscriber}` },
        title: `${subscriber} hears`,
        summary: 'Acts on each event once, however often it arrives.',
        tags,
        messages: references(subscriber, types),
      },
    ],
    [
      `${subscriber}Buries`,
      {
        action: 'receive',
        channel: { $ref: `#/channels/${deadLetters}` },
        title: `${subscriber} keeps its dead letters`,
        summary: 'Stores each with its errors, for an operator to look at and to send again.',
        tags,
        messages: references(deadLetters, types),
      },
    ],
  ]
}

function references(channel: string, types: readonly EventType[]): Reference[] {
  return types.map((type) => ({ $ref: `#/channels/${channel}/messages/${eventName(type)}` }))
}

function messageOf(type: EventType, schemas: Schemas) {
  const name = eventName(type)
  const isHeard = hearersOf(type).length > 0
  const { description, examples } = schemas[name] ?? {}
  return {
    name: type,
    title: type,
    summary: description,
    ...(!isHeard && { description: 'Nobody hears it yet, so it is not sent.' }),
    contentType: 'application/cloudevents+json',
    correlationId: {
      location: '$message.payload#/requestid',
      description: 'The request that caused it.',
    },
    tags: [{ name: publisherOf(type) }],
    payload: { $ref: `#/components/schemas/${name}` },
    examples: examples?.map((payload) => ({ name: 'example', payload })),
  }
}

/** The JSON Schema of every event and of what they share. */
function eventSchemas(): Record<string, Schema> {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono()
  for (const type of TYPES) openAPIRegistry.register(eventName(type), EVENTS[type])
  const { components } = getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: '', version: '' },
  })
  const all = (components?.schemas ?? {}) as Record<string, Schema>
  for (const schema of Object.values(all)) modernize(schema)
  return all
}
