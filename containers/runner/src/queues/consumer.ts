import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, log } from '../log.ts'
import type { QueueConsumer } from '../worker-file.ts'
import { Batches } from './batches.ts'
import { RELEASE_AFTER_MS, type Queues, type Received } from './broker.ts'
import { toDelivery, type Delivery, type QueueMessage } from './message.ts'
import { fateOf, NO_ANSWER, type BatchResult, type Fate } from './outcome.ts'

/** Batches of one queue that a Worker works on at once. */
const CONCURRENCY = 2
/** Longer than any handler may take; a broker takes back what is not acknowledged for half an hour. */
const ANSWER_WITHIN_MS = 15 * 60_000

/** Calls the `queue()` handler of the Worker. */
export type Handle = (queue: string, deliveries: readonly Delivery[]) => Promise<BatchResult>

/** One queue and the Worker that hears it. */
export class Consumer {
  readonly #consumer: QueueConsumer
  readonly #queues: Queues
  readonly #handle: Handle
  readonly #batches: Batches<Received>

  constructor(consumer: QueueConsumer, queues: Queues, handle: Handle) {
    this.#consumer = consumer
    this.#queues = queues
    this.#handle = handle
    const { maxBatchSize, maxBatchTimeoutSeconds } = consumer
    this.#batches = new Batches(
      { size: maxBatchSize, waitMs: maxBatchTimeoutSeconds * 1000, concurrency: CONCURRENCY },
      (batch) => this.#deliver(batch),
    )
  }

  start(): void {
    this.#queues.subscribe({
      queue: this.#consumer.queue,
      prefetch: this.#consumer.maxBatchSize * CONCURRENCY,
      onMessage: (received) => this.#batches.add(received),
      onLost: () => this.#batches.forget(),
    })
  }

  /** Waits for what is in work; what waits stays in the broker. */
  async stop(): Promise<void> {
    this.#batches.forget()
    await this.#batches.settled()
  }

  async #deliver(batch: readonly Received[]): Promise<void> {
    const { queue } = this.#consumer
    const result = await this.#ask(batch)
    const fates = batch.map(({ message }) => fateOf(message, result, this.#consumer))
    await Promise.all(batch.map((received, at) => this.#settle(received, fates[at] ?? RETRY_NOW)))
    const failed = fates.filter(({ kind }) => kind !== 'done').length
    if (failed > 0) log('info', 'queue', { queue, messages: batch.length, failed })
  }

  async #ask(batch: readonly Received[]): Promise<BatchResult> {
    const { queue } = this.#consumer
    const deadline = new AbortController()
    try {
      const deliveries = batch.map(({ message }) => toDelivery(message))
      return await Promise.race([
        this.#handle(queue, deliveries),
        sleep(ANSWER_WITHIN_MS, NO_ANSWER, { signal: deadline.signal, ref: false }),
      ])
    } catch (error) {
      log('error', 'queue handler gave no answer', { queue, error: describeError(error) })
      return NO_ANSWER
    } finally {
      deadline.abort()
    }
  }

  // A message is acknowledged only when it is safe elsewhere: a crash in between delivers it twice.
  async #settle(received: Received, fate: Fate): Promise<void> {
    const { message } = received
    try {
      await this.#move(message, fate)
      received.acknowledge()
    } catch (error) {
      const { queue } = this.#consumer
      log('warn', 'message not settled', { queue, id: message.id, error: describeError(error) })
      await sleep(RELEASE_AFTER_MS)
      received.release()
    }
  }

  async #move(message: QueueMessage, fate: Fate): Promise<void> {
    const { queue } = this.#consumer
    switch (fate.kind) {
      case 'done':
        return
      case 'retry': {
        const again = { ...message, failures: message.failures + 1 }
        await this.#queues.send(queue, again, dueIn(fate.delaySeconds))
        return
      }
      case 'dead':
        log('warn', 'message is dead', { queue, id: message.id, to: fate.queue })
        await this.#queues.send(fate.queue, { ...message, failures: 0 }, 0)
        return
      case 'dropped':
        log('error', 'message dropped', { queue, id: message.id, failures: message.failures + 1 })
    }
  }
}

const RETRY_NOW: Fate = { kind: 'retry', delaySeconds: 0 }

function dueIn(seconds: number): number {
  return seconds === 0 ? 0 : Date.now() + seconds * 1000
}
