import type { WorkerSource } from './workers.ts'

/** An event type that one Worker says and another hears. */
export interface Delivery {
  readonly type: string
  readonly from: string
  readonly to: string
}

interface Consumer {
  readonly worker: string
  readonly queue: string
  readonly deadLetterQueue: string | undefined
}

export function queueFaults(
  workers: readonly WorkerSource[],
  deliveries: readonly Delivery[],
): string[] {
  const consumers = workers.flatMap(consumersOf)
  const producers = workers.flatMap(({ worker, config }) =>
    (config.queues?.producers ?? []).map(({ binding, queue = '' }) => ({ worker, binding, queue })),
  )
  const deadLetterQueues = new Set(consumers.map(({ deadLetterQueue }) => deadLetterQueue))
  return [
    ...producers
      .filter(({ queue }) => !consumers.some((consumer) => consumer.queue === queue))
      .map(({ worker, binding, queue }) => `${worker}: nothing consumes ${queue} of ${binding}`),
    ...consumers
      .filter(({ queue }, index) => consumers.findIndex((one) => one.queue === queue) !== index)
      .map(({ worker, queue }) => `${worker}: another Worker consumes ${queue}; a queue has one`),
    ...consumers
      .filter(({ queue, deadLetterQueue }) => !deadLetterQueue && !deadLetterQueues.has(queue))
      .map(({ worker, queue }) => `${worker}: ${queue} has no dead_letter_queue`),
    ...consumers
      .filter(({ worker, deadLetterQueue }) => {
        const own = consumers.filter((consumer) => consumer.worker === worker)
        return deadLetterQueue && !own.some(({ queue }) => queue === deadLetterQueue)
      })
      .map(({ worker, deadLetterQueue }) => `${worker}: it does not consume ${deadLetterQueue}`),
    ...consumers
      .filter(({ queue, deadLetterQueue }) => deadLetterQueue && deadLetterQueue !== `${queue}-dlq`)
      .map(
        ({ worker, queue }) => `${worker}: the consumer knows dead letters of ${queue} by “-dlq”`,
      ),
    ...workers.flatMap(optionFaults),
    ...deliveries
      .filter(({ from, to }) => !producers.some((one) => one.worker === from && isTo(one, to)))
      .map(
        ({ type, from, to }) => `${from}: ${type} is for ${to}, and no ${bindingFor(to)} sends it`,
      ),
  ]
}

function consumersOf({ worker, config }: WorkerSource): Consumer[] {
  return (config.queues?.consumers ?? []).map(({ queue, dead_letter_queue: deadLetterQueue }) => ({
    worker,
    queue,
    deadLetterQueue,
  }))
}

/** Production and the local runtime differ in what they assume, so nothing is left to them. */
const OPTIONS = ['max_batch_size', 'max_batch_timeout', 'max_retries', 'retry_delay'] as const

function optionFaults({ worker, config }: WorkerSource): string[] {
  return (config.queues?.consumers ?? []).flatMap((consumer) =>
    OPTIONS.filter((option) => consumer[option] === undefined).map(
      (option) => `${worker}: the consumer of ${consumer.queue} leaves ${option} to the platform`,
    ),
  )
}

function isTo({ binding, queue }: { binding: string; queue: string }, subscriber: string): boolean {
  return binding === bindingFor(subscriber) && queue === `kiosk-${subscriber}`
}

function bindingFor(subscriber: string): string {
  return `QUEUE_${subscriber.toUpperCase()}`
}
