import { answer, isForSeam } from './control.ts'
import { faultyEnv, routeOf } from './env.ts'
import { currentInvocation, invoke, Invocation, type AbortableObject } from './invocation.ts'
import { keepLog } from './log.ts'
import type { Row } from './protocol.ts'
import { idOf, typeOf } from './queue.ts'
import { recorder } from './recorder.ts'
import { patchStorage } from './storage.ts'

type Handler<Env> = {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response>
  queue?(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void>
}

/** A Worker's handlers, with a point at every I/O operation. Cron is left out: nothing may depend on it. */
export function faultyHandler<Env extends object>(
  worker: string,
  real: Handler<Env>,
): Handler<Env> {
  recorder.worker = worker
  keepLog()
  return {
    async fetch(request, env, ctx) {
      if (isForSeam(request)) return answer(request, env as never)
      const label = `fetch ${request.method} ${routeOf(request.url)}`
      const answered = invoke(new Invocation(label), () => real.fetch(request, faultyEnv(env), ctx))
      // The platform's own answer for a Worker that ends without one, where nobody renders a page for it.
      return worker === 'gateway'
        ? answered.catch(() => new Response(null, { status: 500 }))
        : answered
    },
    queue: async (batch, env, ctx) => {
      // All of them to their end, as the platform lets them: who is done has said so before one that crashed
      // ends the batch.
      const delivered = await Promise.allSettled(batch.messages.map((one) => deliver(one)))
      const crashed = delivered.find(({ status }) => status === 'rejected')
      if (crashed?.status === 'rejected') throw crashed.reason

      // Each message by itself, so that its points are the same whichever messages come with it.
      async function deliver(message: Message) {
        const isDead = batch.queue.endsWith('-dlq')
        const name = isDead ? 'dead letter' : 'queue'
        if (isDead) recorder.owed.add(idOf(message.body))
        const invocation = new Invocation(`${name} ${typeOf(message.body)}`)
        const messages = [watch(message, invocation)]
        const single = { ...batch, queue: batch.queue, messages } as MessageBatch
        await invoke(invocation, () => real.queue?.(single, faultyEnv(env), ctx))
      }
    },
  }
}

/** A message that counts when it is taken, and that a stopped invocation can neither take nor give back. */
function watch(message: Message, invocation: Invocation): Message {
  let isSettled = false
  function once(settle: () => void) {
    if (isSettled || invocation.isStopped) return
    isSettled = true
    settle()
  }
  return {
    id: message.id,
    timestamp: message.timestamp,
    body: message.body,
    attempts: message.attempts,
    ack: () =>
      once(() => {
        recorder.heard.add(idOf(message.body))
        recorder.owed.delete(idOf(message.body))
        message.ack()
      }),
    retry: (options) => once(() => message.retry(options)),
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- TypeScript asks this of a mixin's base
type AnyClass = new (...args: any[]) => object

/** The same entrypoint of other Workers, with a point at every I/O operation of its methods. */
export function faultyEntrypoint<Base extends AnyClass>(name: string, base: Base): Base {
  class Faulty extends base {
    // oxlint-disable-next-line typescript/no-explicit-any -- TypeScript asks this of a mixin
    constructor(...[ctx, env]: any[]) {
      super(ctx, faultyEnv(env as object))
    }
  }
  for (const method of methodsOf(base)) {
    override(Faulty, method, (own, call) =>
      invoke(new Invocation(`${name}.${method}`), () => call(own)),
    )
  }
  return Faulty
}

/** The same Durable Object, with a point at everything that it writes and at every other I/O operation. */
export function faultyObject<Base extends AnyClass>(name: string, base: Base): Base {
  const Faulty = readableObject(base, faultyEnv)
  for (const method of methodsOf(base)) {
    override(Faulty, method, (own, call) => {
      // A method that its own object calls is part of what the object is doing.
      const self = own as AbortableObject
      if (currentInvocation()?.object === self) return call(own)
      return invoke(new Invocation(`${name}.${method}`, self), () => call(own))
    })
  }
  return Faulty
}

/** A Durable Object that is not ours, such as a provider's books: it never fails, but it can be read. */
export function foreignObject<Base extends AnyClass>(base: Base): Base {
  return readableObject(base, (env) => env)
}

function readableObject<Base extends AnyClass>(base: Base, wrap: (env: object) => object): Base {
  return class extends base {
    // oxlint-disable-next-line typescript/no-explicit-any -- TypeScript asks this of a mixin
    constructor(...[ctx, env]: any[]) {
      const state = ctx as DurableObjectState
      patchStorage(state.storage)
      super(state, wrap(env as object))
    }

    seamRead(statements: readonly string[]): Row[][] {
      const { ctx } = this as unknown as { ctx: DurableObjectState }
      return statements.map((sql) => ctx.storage.sql.exec<Record<string, never>>(sql).toArray())
    }
  }
}

type Call = (own: object) => unknown

function override(target: AnyClass, method: string, around: (own: object, call: Call) => unknown) {
  const real = Reflect.get(target.prototype as object, method) as (...args: unknown[]) => unknown
  Object.defineProperty(target.prototype, method, {
    configurable: true,
    value(this: object, ...args: unknown[]) {
      return around(this, (own) => real.apply(own, args))
    },
  })
}

/** The public methods of a class and of those it extends, as far as they are the product's. */
function methodsOf(base: AnyClass): string[] {
  const methods = new Set<string>()
  const end = Object.getPrototypeOf(Object.prototype) as null
  for (
    let prototype = base.prototype as object | null;
    prototype !== end && prototype !== Object.prototype && !isPlatform(prototype);
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(prototype)) methods.add(name)
  }
  methods.delete('constructor')
  return [...methods]
}

function isPlatform(prototype: object): boolean {
  return /^(DurableObject|WorkerEntrypoint)$/.test(prototype.constructor.name)
}
