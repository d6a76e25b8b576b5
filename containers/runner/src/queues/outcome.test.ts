import { expect, test } from 'vitest'
import type { QueueConsumer } from '../worker-file.ts'
import type { QueueMessage } from './message.ts'
import { fateOf, NO_ANSWER, type BatchResult } from './outcome.ts'

const CONSUMER: QueueConsumer = {
  queue: 'orders',
  maxBatchSize: 10,
  maxBatchTimeoutSeconds: 0,
  maxRetries: 2,
  retryDelaySeconds: 7,
  deadLetterQueue: 'orders-dlq',
}
const FINE: BatchResult = { ...NO_ANSWER, outcome: 'ok' }

function message(failures = 0): QueueMessage {
  return { id: 'm1', sentAt: 0, failures, format: 'json', body: Buffer.from('{}') }
}

test('a handler that returns has taken every message', () => {
  expect(fateOf(message(), FINE, CONSUMER)).toEqual({ kind: 'done' })
})

test('a handler that throws gets every message again', () => {
  const thrown = { ...FINE, outcome: 'exception' }
  expect(fateOf(message(), thrown, CONSUMER)).toEqual({ kind: 'retry', delaySeconds: 7 })
  expect(fateOf(message(), NO_ANSWER, CONSUMER)).toEqual({ kind: 'retry', delaySeconds: 7 })
})

test('but not those that it had acknowledged', () => {
  const result = { ...FINE, outcome: 'exception', explicitAcks: ['m1'] }
  expect(fateOf(message(), result, CONSUMER)).toEqual({ kind: 'done' })
})

test('a message is retried after the delay that was asked for it, or for its batch', () => {
  const batch = { ...FINE, retryBatch: { retry: true, delaySeconds: 30 } }
  expect(fateOf(message(), batch, CONSUMER)).toEqual({ kind: 'retry', delaySeconds: 30 })
  const own = { ...batch, retryMessages: [{ msgId: 'm1', delaySeconds: 0 }] }
  expect(fateOf(message(), own, CONSUMER)).toEqual({ kind: 'retry', delaySeconds: 0 })
})

test('what is said of one message does not touch its neighbours', () => {
  const result = { ...FINE, retryMessages: [{ msgId: 'm2', delaySeconds: 5 }] }
  expect(fateOf(message(), result, CONSUMER)).toEqual({ kind: 'done' })
})

test('the last retry that fails makes it a dead letter', () => {
  expect(fateOf(message(1), NO_ANSWER, CONSUMER)).toMatchObject({ kind: 'retry' })
  expect(fateOf(message(2), NO_ANSWER, CONSUMER)).toEqual({ kind: 'dead', queue: 'orders-dlq' })
})

test('without a dead-letter queue it is dropped, as on Cloudflare', () => {
  const consumer = { ...CONSUMER, deadLetterQueue: null }
  expect(fateOf(message(2), NO_ANSWER, consumer)).toEqual({ kind: 'dropped' })
})
