import type { QueueConsumer } from '../worker-file.ts'
import type { QueueMessage } from './message.ts'

/** What a `queue()` handler did with its batch, as the runtime reports it. */
export interface BatchResult {
  /** `ok`, or how the handler ended otherwise. */
  readonly outcome: string
  readonly ackAll: boolean
  readonly retryBatch: { readonly retry: boolean; readonly delaySeconds?: number | undefined }
  readonly explicitAcks: readonly string[]
  readonly retryMessages: readonly { readonly msgId: string; readonly delaySeconds?: number }[]
}

/** Of a batch whose handler gave no answer at all, because the runtime died, say. */
export const NO_ANSWER: BatchResult = {
  outcome: 'exception',
  ackAll: false,
  retryBatch: { retry: false },
  explicitAcks: [],
  retryMessages: [],
}

/** What becomes of one message. */
export type Fate =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly delaySeconds: number }
  | { readonly kind: 'dead'; readonly queue: string }
  | { readonly kind: 'dropped' }

/**
 * Decides over one message as Cloudflare Queues does: what the handler said of it itself counts first,
 * then what it said of the batch, then whether it threw.
 */
export function fateOf(message: QueueMessage, result: BatchResult, consumer: QueueConsumer): Fate {
  const retried = result.retryMessages.find(({ msgId }) => msgId === message.id)
  if (retried === undefined) {
    if (result.explicitAcks.includes(message.id) || result.ackAll) return { kind: 'done' }
    if (result.outcome === 'ok' && !result.retryBatch.retry) return { kind: 'done' }
  }
  if (message.failures >= consumer.maxRetries) {
    const { deadLetterQueue } = consumer
    return deadLetterQueue === null ? { kind: 'dropped' } : { kind: 'dead', queue: deadLetterQueue }
  }
  const delaySeconds =
    retried?.delaySeconds ?? result.retryBatch.delaySeconds ?? consumer.retryDelaySeconds
  return { kind: 'retry', delaySeconds }
}
