import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { beforeEach, describe, expect, it } from 'vitest'
import { orderCancelled } from '../test/events.ts'
import { db, testEnv } from '../test/worker.ts'
import { createConsumer } from './consumer.ts'
import { systemContext, withContext } from './context.ts'
import {
  forgetLettersOf,
  listDeadLetters,
  replayDeadLetter,
  replayDeadLetters,
  storeDeadLetter,
} from './dead-letters.ts'
import { deadLetters, deliveryFailures } from './tables.ts'

/** Why the handler fails; null when it works. */
let failure: Error | null = null

const consume = createConsumer({
  subscriber: 'payments',
  handlers: {
    'order.cancelled': async () => {
      if (failure !== null) throw failure
    },
  },
  createDeps: () => null,
  database: () => db,
})

async function deliver(queue: string, body: unknown, attempts = 1) {
  // A queue gives a message another id each time it is sent.
  const message = { id: crypto.randomUUID(), timestamp: new Date(), attempts, body }
  const batch = createMessageBatch(queue, [message])
  await consume(batch, testEnv)
  return getQueueResult(batch, createExecutionContext())
}

/** Fails a message as often as a queue tries, and buries it. */
async function die(body: unknown, error = new Error('the handler is wrong')): Promise<void> {
  failure = error
  for (let attempt = 1; attempt <= 3; attempt++) await deliver('kiosk-payments', body, attempt)
  const result = await deliver('kiosk-payments-dlq', body)
  expect(result.explicitAcks).toHaveLength(1)
}

/** A queue that keeps what it takes, and does something before it says that it did. */
function queueThat(meanwhile: () => Promise<unknown> = async () => undefined) {
  const sent: unknown[] = []
  const queue = {
    sendBatch: async (messages: Iterable<{ body: unknown }>) => {
      for (const { body } of messages) sent.push(body)
      await meanwhile()
    },
  } as unknown as Queue
  return { queue, sent }
}

function asOperator<T>(work: () => Promise<T>): Promise<T> {
  return withContext({ ...systemContext('payments'), actor: 'usr_operator' }, work)
}

const open = () => listDeadLetters(db, { limit: 100 })
const replayed = () => listDeadLetters(db, { limit: 100, state: 'replayed' })

async function only() {
  const letters = await open()
  expect(letters).toHaveLength(1)
  const [letter] = letters
  if (letter === undefined) throw new Error('there is no letter')
  return letter
}

beforeEach(async () => {
  failure = null
  await db.batch([db.delete(deadLetters), db.delete(deliveryFailures)])
})

describe('a dead letter', () => {
  it('tells its last error with causes, since when it fails, and how often it was tried', async () => {
    const event = orderCancelled()
    const since = Date.now()
    await die(event, new Error('no effect', { cause: new TypeError('null is no order') }))
    const letter = await only()
    const error = {
      message: 'no effect',
      cause: { name: 'TypeError', message: 'null is no order' },
    }
    expect(letter).toMatchObject({
      service: 'payments',
      eventId: event.id,
      type: 'order.cancelled',
      event: { subject: event.subject },
      error,
      attempts: 3,
      replays: 0,
      replayedAt: null,
      history: [{ what: 'died', at: letter.deadAt, attempts: 3, error }],
    })
    expect(Date.parse(letter.firstFailedAt)).toBeGreaterThanOrEqual(since)
    expect(letter.firstFailedAt <= letter.lastFailedAt).toBe(true)
    expect(letter.lastFailedAt <= letter.deadAt).toBe(true)
  })

  it('is closed by its replay, which says who had it sent', async () => {
    const event = orderCancelled()
    await die(event)
    const { id } = await only()
    const { queue, sent } = queueThat()
    const letter = await asOperator(() => replayDeadLetter(db, queue, id))
    expect(sent).toEqual([event])
    expect(letter).toMatchObject({ id, replays: 1, history: [{}, { by: 'usr_operator' }] })
    expect(letter.replayedAt).not.toBeNull()
    expect(await open()).toEqual([])
    expect(await replayed()).toEqual([letter])
  })

  it('is open again with its history when its replay dies too', async () => {
    const event = orderCancelled()
    await die(event, new Error('first'))
    const first = await only()
    await asOperator(() => replayDeadLetter(db, queueThat().queue, first.id))
    await die(event, new Error('second'))
    const again = await only()
    expect(again).toMatchObject({ id: first.id, eventId: event.id, replays: 1, replayedAt: null })
    expect(again.error).toMatchObject({ message: 'second' })
    expect(again.firstFailedAt).toBe(first.firstFailedAt)
    expect(again.history).toMatchObject([
      { what: 'died', error: { message: 'first' } },
      { what: 'replayed', by: 'usr_operator' },
      { what: 'died', error: { message: 'second' } },
    ])
  })

  it('that dies before its replay is noted stays open', async () => {
    const event = orderCancelled()
    await die(event)
    const { id } = await only()
    await replayDeadLetter(db, queueThat(() => die(event)).queue, id)
    expect(await only()).toMatchObject({ id, replays: 1, replayedAt: null })
    expect((await only()).history.filter(({ what }) => what === 'died')).toHaveLength(2)
  })

  it('stays open when the queue does not take it', async () => {
    await die(orderCancelled())
    const { id } = await only()
    const { queue } = queueThat(() => Promise.reject(new Error('Too Many Requests')))
    await expect(replayDeadLetter(db, queue, id)).rejects.toThrow('Too Many Requests')
    expect(await only()).toMatchObject({ id, replays: 0, replayedAt: null })
  })

  it('that is stored twice is one death, and keeps its error', async () => {
    const event = orderCancelled()
    await die(event)
    await deliver('kiosk-payments-dlq', event)
    const letter = await only()
    expect(letter.error).toMatchObject({ message: 'the handler is wrong' })
    expect(letter.history).toHaveLength(1)
  })

  it('keeps the first and the newest of a very long history', async () => {
    const event = orderCancelled()
    await die(event, new Error('the very first'))
    const { id } = await only()
    for (let n = 0; n < 60; n++) await replayDeadLetter(db, queueThat().queue, id)
    const [letter] = await replayed()
    expect(letter?.history).toHaveLength(50)
    expect(letter?.history[0]).toMatchObject({ error: { message: 'the very first' } })
    expect(letter?.replays).toBe(60)
  })
})

describe('a message that is no valid event', () => {
  it.each([
    ['text', 'gibberish'],
    ['nothing', null],
    ['an event with an id that is none', { id: '', type: 'order.cancelled' }],
    ['a type that nobody knows', { id: 'evt_1', type: 'order.vanished' }],
    ['a version of the future', { ...orderCancelled(), dataversion: 99 }],
    [
      'a circle',
      (() => {
        const a: { a?: unknown } = {}
        a.a = a
        return a
      })(),
    ],
    ['a number that JSON does not have', { n: 1n }],
  ])('is kept and can be replayed: %s', async (_name, body) => {
    await die(body)
    const { id } = await only()
    const { queue, sent } = queueThat()
    await replayDeadLetter(db, queue, id)
    expect(sent).toHaveLength(1)
    // It dies again, under another id of the queue: the same letter.
    await die(body)
    expect(await only()).toMatchObject({ id, replays: 1, history: [{}, {}, {}] })
  })

  it('names its type as far as it has one', async () => {
    await die('gibberish')
    expect(await only()).toMatchObject({ type: 'unknown', event: 'gibberish' })
  })
})

describe('many dead letters', () => {
  async function letters(count: number, type: string): Promise<void> {
    for (let n = 0; n < count; n++) {
      const event = JSON.stringify({ type, n })
      await storeDeadLetter(db, 'payments', { eventId: `evt_${type}_${n}`, type, event })
    }
  }

  it('are listed by type', async () => {
    await letters(2, 'a')
    await letters(1, 'b')
    expect(await listDeadLetters(db, { limit: 9, type: 'b' })).toMatchObject([{ type: 'b' }])
    expect(await listDeadLetters(db, { limit: 9, type: 'c' })).toEqual([])
  })

  it('of a type are replayed oldest first, a page at a time, and no others', async () => {
    await letters(130, 'a')
    await letters(1, 'b')
    const { queue, sent } = queueThat()
    const replayAll = () => asOperator(() => replayDeadLetters(db, queue, 'a'))
    expect(await replayAll()).toEqual({ replayed: 100, remaining: 30 })
    expect(await replayAll()).toEqual({ replayed: 30, remaining: 0 })
    expect(await replayAll()).toEqual({ replayed: 0, remaining: 0 })
    expect(sent).toEqual(Array.from({ length: 130 }, (_, n) => ({ type: 'a', n })))
    expect(await only()).toMatchObject({ type: 'b' })
  })

  it('about a person are gone when the person is forgotten, but for what forgets them', async () => {
    const gone = orderCancelled()
    const kept = orderCancelled()
    const userId = gone.data.customerId
    const deletion = { ...gone, id: 'evt_deletion', type: 'user.deleted', subject: userId }
    for (const event of [gone, kept, deletion, 'gibberish']) await die(event)
    await db.batch([forgetLettersOf(db, userId)])
    const left = await open()
    expect(left.map(({ eventId }) => eventId)).toEqual([
      expect.stringMatching(/^msg_/),
      'evt_deletion',
      kept.id,
    ])
  })
})
