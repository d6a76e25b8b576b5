import type { EventEmitter } from 'node:events'
import {
  connect,
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  type Message,
  type Options,
} from 'amqplib'
import { describeError, log } from '../log.ts'
import { declare } from './topology.ts'

const CONNECT_WITHIN_MS = 5_000
const CONFIRM_WITHIN_MS = 10_000
const HEARTBEAT_SECONDS = 10

export interface BrokerAddress {
  /** `amqp://broker:5672` */
  readonly url: string
  readonly username: string
  readonly password: string
}

/** One connection to the broker, until it ends for whatever reason. Whatever breaks, ends all of it. */
export class Session {
  /** Resolves with why when it is over. */
  readonly ended: Promise<string>
  readonly #connection: ChannelModel
  readonly #publisher: ConfirmChannel
  readonly #returned = new Set<string>()
  readonly #stops: (() => Promise<unknown>)[] = []
  #isBlocked = false

  private constructor(connection: ChannelModel, publisher: ConfirmChannel, ended: Promise<string>) {
    this.#connection = connection
    this.#publisher = publisher
    this.ended = ended
    connection.on('blocked', () => (this.#isBlocked = true))
    connection.on('unblocked', () => (this.#isBlocked = false))
    publisher.on('return', ({ properties }) => this.#returned.add(String(properties.messageId)))
  }

  /** Connects, and declares the queues. */
  static async open(address: BrokerAddress, queues: ReadonlySet<string>): Promise<Session> {
    const url = new URL(address.url)
    url.username = encodeURIComponent(address.username)
    url.password = encodeURIComponent(address.password)
    url.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS))
    const connection = await connect(url.href, { timeout: CONNECT_WITHIN_MS, noDelay: true })
    const ended = endOf(connection)
    try {
      const publisher = await connection.createConfirmChannel()
      endsWith(publisher, connection)
      await declare(publisher, queues)
      return new Session(connection, publisher, ended)
    } catch (error) {
      await close(connection)
      throw error
    }
  }

  /** Resolves once the broker has the message on its disk. */
  publish(exchange: string, key: string, body: Buffer, options: Options.Publish): Promise<void> {
    const id = String(options.messageId)
    return new Promise((resolve, reject) => {
      if (this.#isBlocked) throw new Error('the broker takes no messages: it is out of room')
      const timer = setTimeout(() => {
        reject(new Error(`the broker did not confirm within ${CONFIRM_WITHIN_MS} ms`))
      }, CONFIRM_WITHIN_MS)
      this.#publisher.publish(exchange, key, body, options, (error: unknown) => {
        clearTimeout(timer)
        if (this.#returned.delete(id)) reject(new Error(`there is no queue ${key}`))
        else if (error === null || error === undefined) resolve()
        else reject(new Error('the broker did not take the message', { cause: error }))
      })
    })
  }

  /** Hands over messages, at most so many before some of them are acknowledged. */
  async consume(
    queue: string,
    prefetch: number,
    onMessage: (message: Message, settlement: Settlement) => void,
  ): Promise<void> {
    const channel = await this.#connection.createChannel()
    endsWith(channel, this.#connection)
    await channel.prefetch(prefetch)
    const { consumerTag } = await channel.consume(queue, (message) => {
      // Nothing comes any more when somebody has deleted the queue.
      if (message === null) void close(this.#connection)
      else onMessage(message, settlementOf(channel, message))
    })
    this.#stops.push(() => channel.cancel(consumerTag))
  }

  /** What is in work can still be acknowledged; nothing new comes. */
  async stopConsuming(): Promise<void> {
    await Promise.allSettled(this.#stops.splice(0).map((stop) => stop()))
  }

  async close(): Promise<void> {
    await close(this.#connection)
  }
}

function endOf(connection: EventEmitter): Promise<string> {
  let reason = 'closed'
  connection.on('error', (error: unknown) => (reason = describeError(error)))
  return new Promise((resolve) => connection.on('close', () => resolve(reason)))
}

function endsWith(channel: EventEmitter, connection: ChannelModel): void {
  channel.on('error', (error: unknown) => {
    log('warn', 'broker channel failed', { error: describeError(error) })
  })
  channel.on('close', () => void close(connection))
}

interface Settlement {
  acknowledge(): void
  release(): void
}

function settlementOf(channel: Channel, message: Message): Settlement {
  function settle(how: () => void): void {
    try {
      how()
    } catch {
      // The connection is gone, and the message will come again.
    }
  }
  return {
    acknowledge: () => settle(() => channel.ack(message)),
    release: () => settle(() => channel.nack(message)),
  }
}

async function close(connection: ChannelModel): Promise<void> {
  await connection.close().catch(() => {})
}
