import { env as bindings } from 'cloudflare:workers'
import { BEAT, chunksOf, countBindings, describeMessage } from './bindings.ts'
import { COUNT_PATH, type CountCommand, type Tally } from './protocol.ts'
import { countStorage } from './storage.ts'
import { recorder } from './tally.ts'

type Handler<Env> = {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response>
  queue?(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void>
  scheduled?(controller: ScheduledController, env: Env, ctx: ExecutionContext): unknown
}

/** A Worker's handlers, with a counter at everything that it is asked and everything that it asks for. */
export function countedHandler<Env extends object>(
  worker: string,
  real: Handler<Env>,
): Handler<Env> {
  countBindings(bindings)
  countLog()
  return {
    async fetch(request, env, ctx) {
      const { pathname } = new URL(request.url)
      if (pathname === COUNT_PATH) return answer(request, worker, env)
      const isBilled = worker === 'gateway'
      recorder.add(isBilled ? 'request' : 'service call', `${request.method} to ${worker}`)
      return real.fetch(request, env, ctx)
    },
    async queue(batch, env, ctx) {
      const messages = batch.messages.map((message) => countMessage(worker, message))
      const counted = { ...batch, queue: batch.queue, messages } as MessageBatch
      await real.queue?.(counted, env, ctx)
    },
    async scheduled(controller, env, ctx) {
      await real.scheduled?.(controller, env, ctx)
    },
  }
}

/** Each delivery is a read, also one that ends in a retry; taking it is a delete. */
function countMessage(worker: string, message: Message): Message {
  const name = describeMessage(message.body, worker)
  const chunks = chunksOf(message.body)
  recorder.add('queue read', name, chunks)
  return {
    id: message.id,
    timestamp: message.timestamp,
    body: message.body,
    attempts: message.attempts,
    ack: () => {
      recorder.add('queue delete', name, chunks)
      message.ack()
    },
    retry: (options) => message.retry(options),
  }
}

/** Each line is an event of the log. */
function countLog(): void {
  const count = () => recorder.add('log line', 'line')
  console.log = count
  console.warn = count
  console.error = count
}

// oxlint-disable-next-line typescript/no-explicit-any -- TypeScript asks this of a mixin's base
type AnyClass = new (...args: any[]) => object
type Methods = Record<string, (...args: unknown[]) => unknown>

/** The same Durable Object, with its rows and alarms counted. */
export function countedObject<Base extends AnyClass>(name: string, base: Base): Base {
  const alarm = (base.prototype as Methods)['alarm']
  class Counted extends base {
    // oxlint-disable-next-line typescript/no-explicit-any -- TypeScript asks this of a mixin
    constructor(...[ctx, env]: any[]) {
      countStorage(name, (ctx as DurableObjectState).storage)
      super(ctx, env)
    }
  }
  function countedAlarm(this: object, ...args: unknown[]) {
    recorder.add('object request', `${name} alarm`)
    return alarm?.apply(this, args)
  }
  Object.defineProperty(Counted.prototype, 'alarm', { value: countedAlarm })
  // For the tests, which cannot wait until it beats by itself.
  Object.defineProperty(Counted.prototype, BEAT, { value: countedAlarm })
  return Counted
}

/** The same entrypoint for other Workers, with its calls counted. */
export function countedEntrypoint<Base extends AnyClass>(name: string, base: Base): Base {
  const methods = base.prototype as Methods
  for (const method of Object.getOwnPropertyNames(methods)) {
    const real = methods[method]
    if (method === 'constructor' || typeof real !== 'function') continue
    methods[method] = function (this: object, ...args) {
      recorder.add('service call', `${name}.${method}`)
      return real.apply(this, args)
    }
  }
  return base
}

/** The gateway answers for every Worker that it is bound to. */
async function answer(request: Request, worker: string, env: object): Promise<Response> {
  const { workers, ...command } = await request.json<CountCommand & { workers?: string[] }>()
  if (command.beat === true) await beatOnce(env)
  const own = recorder.tally
  if (command.reset === true) recorder.reset()
  const others = (workers ?? []).map(async (name) => {
    const service = Reflect.get(env, name.toUpperCase()) as Fetcher
    const init = { method: 'POST', body: JSON.stringify(command) }
    const response = await service.fetch(`http://${name}${COUNT_PATH}`, init)
    return response.json<Record<string, Tally>>()
  })
  return Response.json(Object.assign({ [worker]: own }, ...(await Promise.all(others))))
}

/** Has every object beat that does so all day, whether or not there is something to do. */
async function beatOnce(env: object): Promise<void> {
  for (const [binding, name] of Object.entries(LOOPS)) {
    const loops = Reflect.get(env, binding) as DurableObjectNamespace | undefined
    const loop = loops?.getByName(name) as unknown as Methods | undefined
    await loop?.[BEAT]?.()
  }
}

const LOOPS = { RELAY: 'relay', RECONCILER: 'reconciler', DISPATCHER: 'dispatcher' }
