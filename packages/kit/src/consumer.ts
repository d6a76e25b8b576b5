import { createHash } from 'node:crypto'
import {
  EVENTS,
  type EventType,
  type HandlerTable,
  type KioskEvent,
  type Subscriber,
} from '@kiosk/contracts/events'
import { waitUntil } from 'cloudflare:workers'
import { z } from 'zod'
import { durationMs, readConfig } from './config.ts'
import { systemContext, withContext, type WorkContext } from './context.ts'
import type { Database } from './database.ts'
import { noteFailure, storeDeadLetter } from './dead-letters.ts'
import { jointly } from './joint-batches.ts'
import { describeError, log } from './log.ts'
import { oncePerIsolate } from './once.ts'
import { transience } from './overload.ts'
import { pruneConsumed } from './retention.ts'
import { continueTrace } from './trace.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const CLEAN_EVERY_MS = 60 * 60 * 1000

/** How failed messages are retried, and what is remembered of messages; each is a variable of the Worker. */
const ConsumerConfig = z.object({
  QUEUE_RETRY_MS: durationMs(1_000),
  QUEUE_RETRY_MS_MAX: durationMs(5 * 60 * 1000),
  /** How long what was published can be sent again: for twice as long it is remembered what took effect. */
  OUTBOX_RETENTION_MS: durationMs(7 * DAY_MS),
  /** How long a dead letter is kept after its replay. One that waits for an operator stays. */
  DEAD_LETTER_RETENTION_MS: durationMs(30 * DAY_MS),
})

/** Thrown by a handler that cannot act yet, for a reason that time cures: retried, not an error. */
export class NotYet extends Error {
  override readonly name = 'NotYet'
}

type AnyHandlers<Deps> = Partial<
  Record<EventType, (event: KioskEvent, deps: Deps) => Promise<void>>
>

interface ConsumerOptions<S extends Subscriber, Env, Deps> {
  readonly subscriber: S
  readonly handlers: HandlerTable<S, Deps>
  readonly createDeps: (env: Env) => Deps
  readonly database: (env: Env) => Database
}

/**
 * The `queue` export of a Worker. Messages of a batch are independent: each is parsed, handled and
 * acknowledged, or retried with backoff, by itself, though their statements go to D1 jointly. What fails
 * every retry arrives in the dead-letter queue, whose messages are stored for an operator.
 */
export function createConsumer<S extends Subscriber, Env extends object, Deps>(
  options: ConsumerOptions<S, Env, Deps>,
): (batch: MessageBatch, env: Env) => Promise<void> {
  const lastClean = oncePerIsolate<Env, { at: number }>(() => ({ at: 0 }))
  return async (batch, env) => {
    const cleaned = lastClean(env)
    if (Date.now() - cleaned.at > CLEAN_EVERY_MS) {
      cleaned.at = Date.now()
      waitUntil(withContext(systemContext(options.subscriber), () => clean(env, options)))
    }
    const isDeadLetterQueue = batch.queue.endsWith('-dlq')
    await jointly(() =>
      Promise.all(
        batch.messages.map((message) =>
          withContext(contextOf(message.body, options.subscriber), () =>
            isDeadLetterQueue ? bury(message, env, options) : deliver(message, env, options),
          ),
        ),
      ),
    )
  }
}

/** Forgets what is too old to matter. Not every Worker that hears events has an alarm or a cron. */
async function clean<S extends Subscriber, Env extends object, Deps>(
  env: Env,
  { database }: ConsumerOptions<S, Env, Deps>,
): Promise<void> {
  const config = readConfig(env, ConsumerConfig)
  const now = Date.now()
  try {
    await pruneConsumed(database(env), {
      effectsBefore: now - 2 * config.OUTBOX_RETENTION_MS,
      failuresBefore: now - config.OUTBOX_RETENTION_MS,
      lettersBefore: now - config.DEAD_LETTER_RETENTION_MS,
    })
  } catch (error) {
    log('warn', 'clean-up failed', { error: describeError(error) })
  }
}

async function deliver<S extends Subscriber, Env extends object, Deps>(
  message: Message,
  env: Env,
  options: ConsumerOptions<S, Env, Deps>,
): Promise<void> {
  const startedAt = Date.now()
  const facts = () => ({
    eventType: typeOf(message.body),
    eventId: idOf(message),
    attempt: message.attempts,
    durationMs: Date.now() - startedAt,
  })
  try {
    const event = parseEvent(message.body)
    // The table has a handler for exactly the types that this Worker subscribes to.
    const handlers = options.handlers as unknown as AnyHandlers<Deps>
    const handler = handlers[event.type]
    if (handler === undefined) throw new Error(`${options.subscriber} does not hear ${event.type}`)
    await handler(event, options.createDeps(env))
    message.ack()
    log('info', 'message', { ...facts(), outcome: 'ok' })
  } catch (error) {
    const described = describeError(error)
    const transient = transience(error)
    const delaySeconds = retryDelaySeconds(
      message.attempts,
      env,
      transient?.retryAfterSeconds ?? null,
    )
    message.retry({ delaySeconds })
    const isExpected = error instanceof NotYet || transient !== null
    log(isExpected ? 'warn' : 'error', 'message', {
      ...facts(),
      outcome: 'retry',
      error: described,
    })
    await noteFailure(options.database(env), idOf(message), message.attempts, described).catch(
      (failure: unknown) => log('warn', 'failure not noted', { error: describeError(failure) }),
    )
  }
}

async function bury<S extends Subscriber, Env extends object, Deps>(
  message: Message,
  env: Env,
  options: ConsumerOptions<S, Env, Deps>,
): Promise<void> {
  try {
    await storeDeadLetter(options.database(env), options.subscriber, {
      eventId: idOf(message),
      type: typeOf(message.body),
      event: textOf(message.body),
    })
    message.ack()
    log('error', 'dead letter', { eventType: typeOf(message.body), eventId: idOf(message) })
  } catch (error) {
    message.retry({ delaySeconds: retryDelaySeconds(message.attempts, env) })
    log('error', 'dead letter not stored', { error: describeError(error) })
  }
}

/** Exponential backoff with a ceiling, or longer if somebody asked for it. Queues delay by whole seconds. */
export function retryDelaySeconds(
  attempts: number,
  env: object,
  askedSeconds: number | null = null,
): number {
  const { QUEUE_RETRY_MS, QUEUE_RETRY_MS_MAX } = readConfig(env, ConsumerConfig)
  const waitMs = Math.max(QUEUE_RETRY_MS * 2 ** (attempts - 1), (askedSeconds ?? 0) * 1000)
  return Math.floor(Math.min(waitMs, QUEUE_RETRY_MS_MAX) / 1000)
}

function parseEvent(body: unknown): KioskEvent {
  const type = typeOf(body)
  if (!isEventType(type)) throw new Error(`unknown event type ${type}`)
  return EVENTS[type].parse(body)
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENTS, type)
}

const Head = z.object({
  id: z.string().min(1).max(100).optional().catch(undefined),
  type: z.string().min(1).max(100).optional().catch(undefined),
  traceparent: z.string().optional().catch(undefined),
  requestid: z.string().optional().catch(undefined),
})

function headOf(body: unknown): z.infer<typeof Head> {
  return Head.safeParse(body).data ?? {}
}

function typeOf(body: unknown): string {
  return headOf(body).type ?? 'unknown'
}

/**
 * The id of the event. What has none is known by its content: the queue gives it another id with each
 * replay.
 */
function idOf({ body }: Message): string {
  const { id } = headOf(body)
  return id ?? `msg_${createHash('sha256').update(textOf(body)).digest('hex').slice(0, 32)}`
}

/** A body as JSON, whatever was sent: it must be possible to store it. */
function textOf(body: unknown): string {
  try {
    return JSON.stringify(body) ?? 'null'
  } catch {
    return JSON.stringify(String(body))
  }
}

function contextOf(body: unknown, service: string): WorkContext {
  const { traceparent, requestid } = headOf(body)
  return {
    service,
    requestId: requestid ?? crypto.randomUUID(),
    trace: continueTrace(traceparent),
    actor: 'system',
  }
}
