import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { Broker } from '../src/queues/broker.ts'
import { Consumer } from '../src/queues/consumer.ts'
import { openDoor } from '../src/queues/door.ts'
import type { BrokerAddress } from '../src/queues/session.ts'
import type { QueueConsumer, WorkerFile } from '../src/worker-file.ts'
import { startWorker } from '../src/worker.ts'

/** What the Worker of these tests heard, in the order it heard it. */
export interface Heard {
  readonly queue: string
  readonly at: number
  readonly id: string
  readonly attempts: number
  /** How many messages its batch had. */
  readonly size: number
  readonly body: unknown
}

export interface Sent {
  readonly body: unknown
  readonly as?: 'json' | 'text' | 'bytes' | 'map'
  readonly delaySeconds?: number
}

/** A Worker with a queue and its dead-letter queue, as it runs in a container. */
export interface Running {
  readonly queue: string
  send(messages: readonly Sent[], options?: { delaySeconds?: number }): Promise<Response>
  heard(): Promise<Heard[]>
  isConnected(): boolean
  /** As when its container is told to stop. */
  stop(): Promise<void>
  /** As when its container is killed: nothing is acknowledged any more. */
  cutOff(): Promise<void>
}

const LIMITS = { maxBatchSize: 4, maxBatchTimeoutSeconds: 0, maxRetries: 2, retryDelaySeconds: 0 }

/** @param state A folder for what it remembers; the same one again continues where it was. */
export async function run(
  address: BrokerAddress,
  { queue = `test-${randomUUID()}`, state = newState(), isHearing = true } = {},
): Promise<Running> {
  const deadLetterQueue = `${queue}-dlq`
  const consumes: QueueConsumer[] = [
    { queue, ...LIMITS, deadLetterQueue },
    { queue: deadLetterQueue, ...LIMITS, deadLetterQueue: null },
  ]
  const port = await getPort()
  const worker = workerFile(queue, port, consumes)
  const folder = newState()
  cpSync(join(import.meta.dirname, 'worker.js'), join(folder, 'index.js'))
  const queueSocket = join(folder, 'queues.sock')

  const broker = new Broker(address, new Set([queue, deadLetterQueue]))
  const door = await openDoor(queueSocket, broker)
  const runtime = await startWorker(worker, { folder, state, queueSocket, values: {} })
  const consumers = isHearing
    ? consumes.map((consumer) => new Consumer(consumer, broker, runtime.deliver))
    : []
  for (const consumer of consumers) consumer.start()

  async function end(): Promise<void> {
    await broker.close()
    await runtime.stop()
    door.close()
    rmSync(folder, { recursive: true })
  }
  const url = `http://127.0.0.1:${port}`
  return {
    queue,
    send: (messages, options) =>
      fetch(url, { method: 'POST', body: JSON.stringify({ messages, options }) }),
    heard: async () => (await (await fetch(url)).json()) as Heard[],
    isConnected: () => broker.isConnected,
    async stop() {
      await broker.stopReceiving()
      await Promise.all(consumers.map((consumer) => consumer.stop()))
      await end()
    },
    cutOff: end,
  }
}

export function newState(): string {
  return mkdtempSync(join(tmpdir(), 'kiosk-broker-'))
}

function workerFile(queue: string, port: number, consumes: readonly QueueConsumer[]): WorkerFile {
  return {
    name: 'kiosk-test',
    service: 'test',
    isPublic: false,
    options: { compatibilityDate: '2026-10-20', kvNamespaces: { HEARD: 'heard' } },
    listens: [{ entrypoint: 'default', port }],
    calls: {},
    sends: { QUEUE: queue },
    consumes,
    crons: [],
    migrations: [],
    development: {},
  }
}
