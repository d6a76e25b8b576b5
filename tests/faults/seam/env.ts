import { faultyDatabase } from './d1.ts'
import { reach } from './io.ts'
import { faultyQueue } from './queue.ts'

const wrapped = new WeakMap<object, object>()

/** The bindings of a Worker, with a point at each of their operations. One for each original: caches key by it. */
export function faultyEnv<Env extends object>(env: Env): Env {
  const known = wrapped.get(env)
  if (known !== undefined) return known as Env
  const bindings = Object.entries(env).map(([name, binding]) => [
    name,
    faultyBinding(name, binding),
  ])
  const faulty = Object.fromEntries(bindings) as Env
  wrapped.set(env, faulty)
  return faulty
}

function faultyBinding(name: string, binding: unknown): unknown {
  if (typeof binding !== 'object' || binding === null) return binding
  switch (binding.constructor.name) {
    case 'D1Database':
      return faultyDatabase(name, binding as D1Database)
    case 'WorkerQueue':
      return faultyQueue(name, binding as Queue)
    case 'DurableObjectNamespace':
      return faultyNamespace(name, binding as DurableObjectNamespace)
    case 'Fetcher':
      return name === 'ASSETS' ? binding : faultyStub(name, binding)
    case 'KvNamespace':
      return faultyStub(name, binding)
    default:
      return binding
  }
}

function faultyNamespace(name: string, namespace: DurableObjectNamespace) {
  return { getByName: (id: string) => faultyStub(name, namespace.getByName(id)) }
}

const READS = /^(get|list|getWithMetadata)$/

/** Anything with methods over the wire: every call is a point. */
function faultyStub(name: string, stub: object): object {
  return new Proxy(stub, {
    get(target, method) {
      if (typeof method !== 'string' || method === 'then') return undefined
      return (...args: unknown[]) => {
        const call = method === 'fetch' ? describeFetch(args) : `.${method}`
        const isRead = READS.test(method) || call.startsWith(' GET ')
        return reach(`${name}${call}`, isRead ? 'read' : 'write', async () =>
          // Looked up and called in one step: a stub's methods are made on the spot.
          (target as Record<string, (...rest: unknown[]) => Promise<unknown>>)[method]?.(...args),
        )
      }
    },
  })
}

function describeFetch([input, init]: unknown[]): string {
  const { url, method } = input instanceof Request ? input : { url: String(input), method: 'GET' }
  return ` ${(init as RequestInit | undefined)?.method ?? method} ${routeOf(url)}`
}

/** The path of a request without the ids in it. */
export function routeOf(url: string): string {
  return new URL(url).pathname.replaceAll(/\/(\w{3}_[0-9A-Z]{26}|dlq_\w+|SKU-[\w-]+)/g, '/*')
}
