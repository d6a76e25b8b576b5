import { describeStatement } from './statements.ts'
import { recorder } from './tally.ts'

/** The books of the providers that stand in for real ones belong to nobody's bill. */
const STAND_INS = /^(SIMULATED_PROVIDER|insert mailbox)$/

/** Counts every operation on the bindings of this Worker, in place: the product notices nothing. */
export function countBindings(env: object): void {
  for (const [name, binding] of Object.entries(env)) {
    if (typeof binding !== 'object' || binding === null || STAND_INS.test(name)) continue
    switch (binding.constructor.name) {
      case 'D1Database':
        countDatabase(binding)
        break
      case 'WorkerQueue':
        countQueue(name, binding as Queue)
        break
      case 'DurableObjectNamespace':
        countCalls(name, binding as DurableObjectNamespace)
        break
      case 'KvNamespace':
        countKeys(binding as KVNamespace)
        break
      default:
    }
  }
}

interface D1Answer {
  readonly meta: { readonly rows_read: number; readonly rows_written: number }
}

/** Each statement's own figures, as D1 bills them. The client leaves them out of some of its answers. */
function countDatabase(database: object): void {
  const session = Reflect.get(database, 'alwaysPrimarySession') as { fetcher: Fetcher }
  const { fetcher } = session
  session.fetcher = new Proxy(fetcher, {
    get(target, method) {
      if (method !== 'fetch') return Reflect.get(target, method) as unknown
      return async (url: string, init: { readonly body: string }) => {
        const response = await target.fetch(url, init)
        const asked = JSON.parse(init.body) as { sql: string } | { sql: string }[]
        const answered = await response.clone().json<D1Answer | D1Answer[]>()
        const answers = [answered].flat()
        for (const [index, { sql }] of [asked].flat().entries()) {
          countStatement(sql, answers[index]?.meta)
        }
        return response
      }
    },
  })
}

function countStatement(sql: string, meta: D1Answer['meta'] | undefined): void {
  const name = describeStatement(sql)
  // A batch that was rolled back has no figures.
  if (meta === undefined || STAND_INS.test(name)) return
  recorder.add('d1 read', name, meta.rows_read)
  recorder.add('d1 written', name, meta.rows_written)
}

const CHUNK_BYTES = 64_000
const METADATA_BYTES = 100

/** How many operations a message counts for. */
export function chunksOf(body: unknown): number {
  const bytes = new TextEncoder().encode(JSON.stringify(body)).length + METADATA_BYTES
  return Math.ceil(bytes / CHUNK_BYTES)
}

/** What a message is: `payment.succeeded to orders`. */
export function describeMessage(body: unknown, queue: string): string {
  const { type = 'unknown' } = body as { type?: string }
  return `${type} to ${queue}`
}

function countQueue(name: string, queue: Queue): void {
  const destination = name.replace('QUEUE_', '').toLowerCase()
  const count = (body: unknown) =>
    recorder.add('queue write', describeMessage(body, destination), chunksOf(body))
  const { send, sendBatch } = queue
  queue.send = (body, options) => {
    count(body)
    return send.call(queue, body, options)
  }
  queue.sendBatch = (messages, options) => {
    const all = [...messages]
    for (const { body } of all) count(body)
    return sendBatch.call(queue, all, options)
  }
}

type Methods = Record<string, (...args: unknown[]) => unknown>

/** What the tests call in place of waiting for an alarm. */
export const BEAT = 'beatNow'

/** Every call of a stub is a request. */
function countCalls(name: string, namespace: DurableObjectNamespace): void {
  const { getByName } = namespace
  namespace.getByName = (id, options) => {
    const stub = getByName.call(namespace, id, options)
    return new Proxy(stub, {
      get(target, method) {
        if (typeof method !== 'string' || method === 'then') return undefined
        return (...args: unknown[]) => {
          if (method !== BEAT) recorder.add('object request', `${name}.${method}`)
          return (target as unknown as Methods)[method]?.(...args)
        }
      },
    })
  }
}

/** A bulk read is billed for each of its keys. */
function countKeys(namespace: KVNamespace): void {
  const methods = namespace as unknown as Methods
  for (const method of ['get', 'getWithMetadata', 'put', 'delete', 'list']) {
    const real = methods[method]
    const kind = method.startsWith('get') ? 'kv read' : 'kv write'
    methods[method] = (...args) => {
      recorder.add(kind, method, Array.isArray(args[0]) ? args[0].length : 1)
      return real?.apply(namespace, args)
    }
  }
}
