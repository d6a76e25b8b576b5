import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, log } from '../log.ts'
import { nextStay } from './delays.ts'
import { fromEnvelope, toEnvelope } from './envelope.ts'
import type { QueueMessage } from './message.ts'
import { Session, type BrokerAddress } from './session.ts'
import { delayExchange } from './topology.ts'

const RECONNECT_MS = 200
const RECONNECT_MS_MAX = 5_000
/** What could not be moved comes again at once when it is put back: not too often. */
export const RELEASE_AFTER_MS = 1_000

/** A message that was handed over. If the connection is lost before either of these, it comes again. */
export interface Received {
  readonly message: QueueMessage
  /** Takes it out of its queue. */
  acknowledge(): void
  /** Puts it back, as it was. */
  release(): void
}

export interface Subscription {
  readonly queue: string
  /** How many messages are handed over before some of them are acknowledged. */
  readonly prefetch: number
  onMessage(received: Received): void
  /** What was handed over and not acknowledged will come again. */
  onLost(): void
}

/** What queues need of a broker. */
export interface Queues {
  /**
   * Puts a message into a queue, not to be handed over before a time (epoch ms).
   * @throws when the broker does not say that it has it. It may have it even so.
   */
  send(queue: string, message: QueueMessage, dueAt: number): Promise<void>
  subscribe(subscription: Subscription): void
}

/** The broker behind the queues of one Worker. It connects again whenever it has to, for ever. */
export class Broker implements Queues {
  readonly #address: BrokerAddress
  readonly #queues: ReadonlySet<string>
  readonly #subscriptions: Subscription[] = []
  #session: Session | undefined
  #closing = new AbortController()
  readonly #running: Promise<void>

  /** @param queues Every queue that is sent to or received from. */
  constructor(address: BrokerAddress, queues: ReadonlySet<string>) {
    this.#address = address
    this.#queues = queues
    this.#running = this.#run()
  }

  get isConnected(): boolean {
    return this.#session !== undefined
  }

  async send(queue: string, message: QueueMessage, dueAt: number): Promise<void> {
    if (this.#session === undefined) throw new Error('the broker is not connected')
    const remainingMs = dueAt - Date.now()
    const exchange = remainingMs > 0 ? delayExchange(nextStay(remainingMs)) : ''
    await this.#session.publish(exchange, queue, message.body, toEnvelope(message, dueAt))
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.push(subscription)
    if (this.#session !== undefined) void this.#consume(this.#session, subscription)
  }

  async stopReceiving(): Promise<void> {
    this.#subscriptions.length = 0
    await this.#session?.stopConsuming()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#session?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const session = await Session.open(this.#address, this.#queues)
        log('info', 'broker connected')
        attempt = 0
        const reason = await this.#use(session)
        if (!signal.aborted) log('warn', 'broker lost', { reason })
      } catch (error) {
        log('warn', 'broker not connected', { error: describeError(error) })
      }
      const pauseMs = Math.min(RECONNECT_MS * 2 ** attempt, RECONNECT_MS_MAX)
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  async #use(session: Session): Promise<string> {
    this.#session = session
    for (const subscription of this.#subscriptions) void this.#consume(session, subscription)
    const reason = await session.ended
    this.#session = undefined
    for (const subscription of this.#subscriptions) subscription.onLost()
    return reason
  }

  async #consume(session: Session, subscription: Subscription): Promise<void> {
    const { queue, prefetch } = subscription
    try {
      await session.consume(queue, prefetch, (envelope, settlement) => {
        const { message, dueAt } = fromEnvelope(envelope)
        const received = { message, ...settlement }
        if (dueAt <= Date.now()) subscription.onMessage(received)
        else void this.#sendOn(queue, received, dueAt)
      })
    } catch (error) {
      log('warn', 'queue not received from', { queue, error: describeError(error) })
      await session.close()
    }
  }

  /** A message that has not waited long enough waits on. */
  async #sendOn(queue: string, received: Received, dueAt: number): Promise<void> {
    const { message } = received
    try {
      await this.send(queue, message, dueAt)
      received.acknowledge()
    } catch (error) {
      log('warn', 'message not postponed', { queue, id: message.id, error: describeError(error) })
      await sleep(RELEASE_AFTER_MS)
      received.release()
    }
  }
}
