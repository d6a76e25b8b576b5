import type { Clock, Timer } from './clock.ts'
import type { Faults } from './faults.ts'
import { Invocation } from './invocation.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import { copied } from './wire.ts'

/** As a consumer sees it. */
export interface Batch {
  readonly queue: string
  readonly messages: readonly object[]
}

interface QueueParts {
  readonly name: string
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly faults: Faults
  readonly random: Random
  readonly consume: (batch: Batch) => Promise<void>
  readonly retriesMax: number
  readonly retryDelayMs: number
  readonly deadLetters: MemoryQueue | null
}

interface Message {
  readonly id: string
  readonly body: unknown
  readonly attempts: number
  readonly sentAt: number
  /** Its consumer fails at it, every time: it ends as a dead letter, and works when sent again. */
  readonly isPoisoned: boolean
}

interface Waiting {
  readonly message: Message
  readonly timer: Timer
}

type Verdict = { readonly ack: true } | { readonly retryInMs: number | null }

const BATCH_MAX = 5
const TRANSIT_MS_MAX = 200
const DELAY_MS_MAX = 30 * 60_000

/** A queue: at least once, in no order, several batches at a time. */
export class MemoryQueue {
  readonly name: string
  /** How often messages were taken, by the id of their event. */
  readonly taken = new Map<string, number>()
  /** How many messages were handed to the consumer, and how many of them not for the first time. */
  readonly tally = { delivered: 0, again: 0 }
  readonly #parts: QueueParts
  readonly #waiting: Waiting[] = []
  #inFlight = 0
  #sent = 0

  constructor(parts: QueueParts) {
    this.name = parts.name
    this.#parts = parts
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight === 0
  }

  send(body: unknown): Promise<void> {
    return this.sendBatch([{ body }])
  }

  sendBatch(messages: readonly { body: unknown }[]): Promise<void> {
    const bodies = copied(messages.map(({ body }) => body))
    const port = { kind: 'queue', target: this.name, method: `send ${bodies.length}` } as const
    return this.#parts.scheduler.call(port, () => {
      for (const body of bodies) this.accept(body)
    })
  }

  /** Takes a message in; it may be there twice, and late. */
  accept(body: unknown): void {
    const { clock, faults, random } = this.#parts
    const copies = faults.strikes('message_duplicated') ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      this.#sent += 1
      const isLate = faults.strikes('message_delayed')
      const delayMs = isLate ? random.magnitude(1_000, DELAY_MS_MAX) : random.int(0, TRANSIT_MS_MAX)
      const isPoisoned = this.#parts.deadLetters !== null && faults.strikes('message_poisoned')
      const id = `${this.name}/${this.#sent}`
      this.#wait({ id, body, attempts: 1, sentAt: clock.now, isPoisoned }, delayMs)
    }
  }

  #wait(message: Message, delayMs: number): void {
    const { clock } = this.#parts
    const label = `${this.name} delivers ${describe(message)}`
    const timer = clock.at(clock.now + delayMs, label, () => void this.#deliver(message))
    this.#waiting.push({ message, timer })
  }

  /** Hands over a message, and with it some others that are due. */
  async #deliver(first: Message): Promise<void> {
    const messages = [first]
    const { clock, random } = this.#parts
    for (const { message, timer } of this.#waiting) {
      const joins = timer.due <= clock.now && messages.length < BATCH_MAX && random.chance(0.5)
      if (message !== first && joins && !message.isPoisoned && !first.isPoisoned)
        messages.push(message)
    }
    for (const message of messages) this.#unwait(message)
    this.#inFlight += messages.length
    for (const { attempts } of messages) {
      this.tally.delivered += 1
      if (attempts > 1) this.tally.again += 1
    }
    const verdicts = new Map<Message, Verdict>()
    const seen = messages.map((message) => asConsumerSees(message, verdicts))
    const invocation = new Invocation(`${this.name} consumer`)
    try {
      if (first.isPoisoned) throw new Error('the message is poisoned')
      await invocation.run(() => this.#parts.consume({ queue: this.name, messages: seen }))
      for (const message of messages) this.#conclude(message, verdicts.get(message))
    } catch {
      // What it said of each message is lost with it.
      for (const message of messages) this.#conclude(message, { retryInMs: null })
    } finally {
      this.#inFlight -= messages.length
    }
  }

  #unwait(message: Message): void {
    const index = this.#waiting.findIndex((waiting) => waiting.message === message)
    const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1)
    if (waiting !== undefined) this.#parts.clock.remove(waiting.timer)
  }

  #conclude(message: Message, verdict: Verdict = { ack: true }): void {
    const { retriesMax, retryDelayMs, deadLetters, random } = this.#parts
    if ('ack' in verdict) {
      const id = eventIdOf(message)
      this.taken.set(id, (this.taken.get(id) ?? 0) + 1)
    } else if (message.attempts <= retriesMax) {
      const delayMs = (verdict.retryInMs ?? retryDelayMs) + random.int(0, TRANSIT_MS_MAX)
      this.#wait({ ...message, attempts: message.attempts + 1 }, delayMs)
    } else if (deadLetters !== null) {
      deadLetters.accept(message.body)
    }
  }
}

function asConsumerSees(message: Message, verdicts: Map<Message, Verdict>): object {
  // The first word about a message counts.
  const say = (verdict: Verdict) => {
    if (!verdicts.has(message)) verdicts.set(message, verdict)
  }
  return {
    id: message.id,
    body: copied(message.body),
    attempts: message.attempts,
    timestamp: new Date(message.sentAt),
    ack: () => say({ ack: true }),
    retry: ({ delaySeconds }: { delaySeconds?: number } = {}) =>
      say({ retryInMs: delaySeconds === undefined ? null : delaySeconds * 1000 }),
  }
}

function eventIdOf({ body }: Message): string {
  return String((body as { id?: unknown }).id)
}

function describe(message: Message): string {
  const { type } = message.body as { type?: unknown }
  return `${String(type)} ${eventIdOf(message)} (${message.attempts})`
}
