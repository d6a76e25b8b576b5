import type { HandlerTable } from '@kiosk/contracts/events'
import { createMessageBatch, createExecutionContext, getQueueResult } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { orderCancelled } from '../test/events.ts'
import { db, testEnv } from '../test/worker.ts'
import { createConsumer, retryDelaySeconds } from './consumer.ts'
import { currentContext } from './context.ts'
import { listDeadLetters, replayDeadLetter } from './dead-letters.ts'

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

describe('a dead letter', () => {
  it('is kept with its last error, and replayed to its queue', async () => {
    const event = orderCancelled()
    broken.set(event.subject, new Error('the handler is wrong'))
    await deliver('kiosk-payments', [event], 9)
    await deliver('kiosk-payments-dlq', [event])
    const [letter] = await listDeadLetters(db, 1, undefined)
    expect(letter).toMatchObject({
      service: 'payments',
      eventId: event.id,
      type: 'order.cancelled',
      event: { subject: event.subject },
      error: { message: 'the handler is wrong' },
      attempts: 9,
      replayedAt: null,
    })

    const sent: unknown[] = []
    const queue = { send: async (body: unknown) => void sent.push(body) } as unknown as Queue
    await replayDeadLetter(db, queue, letter?.id ?? '')
    expect(sent).toEqual([event])
    expect(await listDeadLetters(db, 100, undefined)).toEqual([])
  })

  it('is one letter, open again, when its replay dies too', async () => {
    const event = orderCancelled()
    await deliver('kiosk-payments-dlq', [event])
    const [first] = await listDeadLetters(db, 1, undefined)
    const queue = { send: async () => undefined } as unknown as Queue
    await replayDeadLetter(db, queue, first?.id ?? '')
    await deliver('kiosk-payments-dlq', [event])
    expect(await listDeadLetters(db, 100, undefined)).toMatchObject([
      { id: first?.id, eventId: event.id, replays: 1 },
    ])
  })

  it('that is no event at all is kept too', async () => {
    await deliver('kiosk-payments-dlq', ['gibberish'])
    expect(await listDeadLetters(db, 1, undefined)).toMatchObject([
      { type: 'unknown', event: 'gibberish' },
    ])
  })
})
