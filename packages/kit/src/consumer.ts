import {
  EVENTS,
  type EventType,
  type HandlerTable,
  type KioskEvent,
  type Subscriber,
} from '@kiosk/contracts/events'
import { z } from 'zod'
import { durationMs, readConfig } from './config.ts'
import { withContext, type WorkContext } from './context.ts'
import type { Database } from './database.ts'
import { noteFailure, storeDeadLetter } from './dead-letters.ts'
import { describeError, log } from './log.ts'
import { continueTrace } from './trace.ts'

/** How failed messages are retried; each is a variable of the Worker. */
const ConsumerConfig = z.object({
  QUEUE_RETRY_MS: durationMs(1_000),
  QUEUE_RETRY_MS_MAX: durationMs(5 * 60 * 1000),
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
 * acknowledged, or retried with backoff, by itself. What fails every retry arrives in the dead-letter
 * queue, whose messages are stored for an operator.
 */
export function createConsumer<S extends Subscriber, Env extends object, Deps>(
  options: ConsumerOptions<S, Env, Deps>,
): (batch: MessageBatch, env: Env) => Promise<void> {
  return async (batch, env) => {
    const isDeadLetterQueue = batch.queue.endsWith('-dlq')
    await Promise.all(
      batch.messages.map((message) =>
        withContext(contextOf(message.body, options.subscriber), () =>
          isDeadLetterQueue ? bury(message, env, options) : deliver(message, env, options),
        ),
      ),
    )
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
    message.retry({ delaySeconds: retryDelaySeconds(message.attempts, env) })
    log(error instanceof NotYet ? 'warn' : 'error', 'message', {
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
      event: JSON.stringify(message.body) ?? 'null',
    })
    message.ack()
    log('error', 'dead letter', { eventType: typeOf(message.body), eventId: idOf(message) })
  } catch (error) {
    message.retry({ delaySeconds: retryDelaySeconds(message.attempts, env) })
    log('error', 'dead letter not stored', { error: describeError(error) })
  }
}

/** Exponential backoff with a ceiling. Queues delay by whole seconds. */
export function retryDelaySeconds(attempts: number, env: object): number {
  const { QUEUE_RETRY_MS, QUEUE_RETRY_MS_MAX } = readConfig(env, ConsumerConfig)
  return Math.floor(Math.min(QUEUE_RETRY_MS * 2 ** (attempts - 1), QUEUE_RETRY_MS_MAX) / 1000)
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
  id: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  traceparent: z.string().optional().catch(undefined),
  requestid: z.string().optional().catch(undefined),
})

function headOf(body: unknown): z.infer<typeof Head> {
  return Head.safeParse(body).data ?? {}
}

function typeOf(body: unknown): string {
  return headOf(body).type ?? 'unknown'
}

function idOf(message: Message): string {
  return headOf(message.body).id ?? message.id
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
