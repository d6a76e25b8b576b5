import { expect, test, vi } from 'vitest'
import type { QueueConsumer } from '../worker-file.ts'
import type { Queues, Subscription } from './broker.ts'
import { Consumer, type Handle } from './consumer.ts'
import type { Delivery, QueueMessage } from './message.ts'
import { NO_ANSWER, type BatchResult } from './outcome.ts'

const CONSUMER: QueueConsumer = {
  queue: 'orders',
  maxBatchSize: 10,
  maxBatchTimeoutSeconds: 0,
  maxRetries: 2,
  retryDelaySeconds: 0,
  deadLetterQueue: 'orders-dlq',
}
const FINE: BatchResult = { ...NO_ANSWER, outcome: 'ok' }

/** A broker whose one queue is in the test's hands. */
function setUp(handle: Handle, send: Queues['send'] = () => Promise.resolve()) {
  let subscription: Subscription | undefined
  const sent = vi.fn<Queues['send']>(send)
  const consumer = new Consumer(
    CONSUMER,
    { send: sent, subscribe: (subscribed) => (subscription = subscribed) },
    handle,
  )
  consumer.start()
  function receive(message: QueueMessage) {
    const settlement = { acknowledge: vi.fn<() => void>(), release: vi.fn<() => void>() }
    subscription?.onMessage({ message, ...settlement })
    return settlement
  }
  return { receive, sent, consumer }
}

function message(body: string, failures = 0): QueueMessage {
  return { id: body, sentAt: 5, failures, format: 'text', body: Buffer.from(body) }
}

test('hands over a batch and acknowledges what was taken', async () => {
  const handle = vi.fn<Handle>(() => Promise.resolve(FINE))
  const { receive, sent } = setUp(handle)
  const settled = [receive(message('a')), receive(message('b', 1))]
  await vi.waitFor(() => expect(settled[1]?.acknowledge).toHaveBeenCalledOnce())
  expect(settled[0]?.acknowledge).toHaveBeenCalledOnce()
  expect(handle).toHaveBeenCalledExactlyOnceWith('orders', [
    { id: 'a', timestamp: new Date(5), attempts: 1, body: 'a' },
    { id: 'b', timestamp: new Date(5), attempts: 2, body: 'b' },
  ] satisfies Delivery[])
  expect(sent).not.toHaveBeenCalled()
})

test('acknowledges a message that failed only once its next try is safe in the broker', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { receive, sent } = setUp(
    () => Promise.resolve(NO_ANSWER),
    () => promise,
  )
  const { acknowledge } = receive(message('a'))
  await vi.waitFor(() =>
    expect(sent).toHaveBeenCalledWith('orders', { ...message('a'), failures: 1 }, 0),
  )
  expect(acknowledge).not.toHaveBeenCalled()
  resolve()
  await vi.waitFor(() => expect(acknowledge).toHaveBeenCalledOnce())
})

test('puts a message back when the broker does not take its next try', async () => {
  const { receive } = setUp(
    () => Promise.reject(new Error('the runtime died')),
    () => Promise.reject(new Error('no room')),
  )
  const { acknowledge, release } = receive(message('a'))
  await vi.waitFor(() => expect(release).toHaveBeenCalledOnce(), { timeout: 5_000 })
  expect(acknowledge).not.toHaveBeenCalled()
})

test('sends a dead letter on with its id and a clean slate', async () => {
  const { receive, sent } = setUp(() => Promise.resolve(NO_ANSWER))
  const { acknowledge } = receive(message('a', 2))
  await vi.waitFor(() => expect(acknowledge).toHaveBeenCalledOnce())
  expect(sent).toHaveBeenCalledExactlyOnceWith('orders-dlq', message('a'), 0)
})

test('waits for what is in work when it is to stop, and begins nothing', async () => {
  const { promise, resolve } = Promise.withResolvers<BatchResult>()
  const { receive, consumer } = setUp(() => promise)
  const first = receive(message('a'))
  await new Promise((done) => setTimeout(done, 20))
  const second = receive(message('b'))
  const stopped = consumer.stop()
  resolve(FINE)
  await stopped
  expect(first.acknowledge).toHaveBeenCalledOnce()
  expect(second.acknowledge).not.toHaveBeenCalled()
})

test('hands over what is not the JSON that it says it is as text', async () => {
  const handle = vi.fn<Handle>(() => Promise.resolve(FINE))
  const { receive } = setUp(handle)
  receive({ ...message('{oops'), format: 'json' })
  await vi.waitFor(() => expect(handle).toHaveBeenCalledOnce())
  expect(handle.mock.calls[0]?.[1][0]).toMatchObject({ body: '{oops' })
})
