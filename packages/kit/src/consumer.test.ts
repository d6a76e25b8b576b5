import type { HandlerTable } from '@kiosk/contracts/events'
import { createMessageBatch, createExecutionContext, getQueueResult } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { orderCancelled } from '../test/events.ts'
import { db, testEnv } from '../test/worker.ts'
import { createConsumer, retryDelaySeconds } from './consumer.ts'
import { currentContext } from './context.ts'
import { Busy } from './overload.ts'

type Heard = { subject: string; traceId: string; requestId: string }
const heard: Heard[] = []
const broken = new Map<string, Error>()

const handlers: HandlerTable<'payments', null> = {
  'order.cancelled': async (event) => {
    const failure = broken.get(event.subject)
    if (failure !== undefined) throw failure
    const { trace, requestId } = currentContext()
    heard.push({ subject: event.subject, traceId: trace.traceId, requestId })
  },
}

const consume = createConsumer({
  subscriber: 'payments',
  handlers,
  createDeps: () => null,
  database: () => db,
})

async function deliver(queue: string, bodies: unknown[], attempts = 1) {
  const messages = bodies.map((body, n) => ({
    id: String(n),
    timestamp: new Date(),
    attempts,
    body,
  }))
  const batch = createMessageBatch(queue, messages)
  const context = createExecutionContext()
  await consume(batch, testEnv)
  return getQueueResult(batch, context)
}

describe('a message', () => {
  it('is handled in the trace and the request that caused it', async () => {
    const event = orderCancelled()
    await deliver('kiosk-payments', [event])
    expect(heard.at(-1)).toEqual({
      subject: event.subject,
      traceId: event.traceparent.split('-')[1],
      requestId: event.requestid,
    })
  })

  it('that fails is retried alone: its neighbours are done', async () => {
    const [good, bad, other] = [orderCancelled(), orderCancelled(), orderCancelled()]
    broken.set(bad.subject, new Error('no'))
    const result = await deliver('kiosk-payments', [good, bad, other])
    expect(result.explicitAcks.toSorted()).toEqual(['0', '2'])
    expect(result.retryMessages).toMatchObject([{ msgId: '1' }])
  })

  it.each([
    [1, 1],
    [3, 4],
    [20, 300],
  ])('after attempt %i waits %i s', (attempts, seconds) => {
    expect(retryDelaySeconds(attempts, {})).toBe(seconds)
  })

  it('waits as long as the party asked for that was busy, within the ceiling', async () => {
    const [patient, eager] = [orderCancelled(), orderCancelled()]
    broken.set(patient.subject, new Error('no', { cause: new Busy('provider answered 429', 70) }))
    broken.set(eager.subject, new Busy('provider answered 429', 9_999))
    const waits: unknown[] = []
    const messages = [patient, eager].map((body) => ({
      body,
      attempts: 1,
      retry: ({ delaySeconds }: QueueRetryOptions) => void waits.push(delaySeconds),
    }))
    await consume({ queue: 'kiosk-payments', messages } as unknown as MessageBatch, testEnv)
    expect(waits).toEqual([70, 300])
  })

  it('is retried, never lost, while the database can neither take effects nor note failures', async () => {
    const overloaded = () => {
      throw new Error('D1_ERROR: D1 DB is overloaded. Requests queued for too long.')
    }
    const consumeOverloaded = createConsumer({
      subscriber: 'payments',
      handlers: { 'order.cancelled': overloaded },
      createDeps: () => null,
      database: () => new Proxy(db, { get: overloaded }),
    })
    for (const queue of ['kiosk-payments', 'kiosk-payments-dlq']) {
      const message = { id: '0', timestamp: new Date(), attempts: 1, body: orderCancelled() }
      const batch = createMessageBatch(queue, [message])
      await consumeOverloaded(batch, testEnv)
      const result = await getQueueResult(batch, createExecutionContext())
      expect(result).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: '0' }] })
    }
  })

  it.each([
    ['nothing', null],
    ['a type that nobody knows', { id: 'evt_1', type: 'toString' }],
    ['an event that this Worker does not hear', { ...orderCancelled(), type: 'order.placed' }],
    ['a payload of another shape', { ...orderCancelled(), data: {} }],
  ])('that is %s is retried, not lost', async (_name, body) => {
    const result = await deliver('kiosk-payments', [body])
    expect(result.retryMessages).toHaveLength(1)
  })
})
