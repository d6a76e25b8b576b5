import { Invocation } from './invocation.ts'
import type { Scheduler } from './scheduler.ts'

/** What arrives at the other side of a call: a copy. Throws for what cannot be sent. */
export function copied<T>(value: T): T {
  return value === undefined || value === null ? value : structuredClone(value)
}

type Methods = Record<string, unknown>

/** A service binding to an RPC entrypoint: each call is an invocation of the Worker that answers. */
export function rpcBinding(scheduler: Scheduler, worker: string, entrypoint: () => object): object {
  return new Proxy(
    {},
    {
      get: (_, method) => {
        if (typeof method === 'symbol' || method === 'then') return undefined
        return (...values: unknown[]) => {
          const sent = copied(values)
          return scheduler.call({ kind: 'rpc', target: worker, method }, () => {
            const answer = new Invocation(`${worker}.${method}`).run(async () => {
              const instance = entrypoint()
              const work = (instance as Methods)[method]
              if (typeof work !== 'function') throw new TypeError(`${worker} has no ${method}`)
              return copied(await Reflect.apply(work, instance, sent))
            })
            return answer
          })
        }
      },
    },
  )
}
