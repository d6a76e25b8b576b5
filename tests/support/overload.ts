import { Problem } from '@kiosk/contracts/errors'
import type { Role } from '@kiosk/contracts/primitives/role'
import { createExecutionContext } from 'cloudflare:test'
import { expect } from 'vitest'
import { bearer } from './tokens.ts'

/** A call that works while nothing is overloaded. */
export interface Call {
  readonly route: string
  readonly body?: unknown
  /** Who calls, by their role or their token; nobody, if it is left out. */
  readonly as?: Role
  readonly token?: string
  readonly userId?: string
  readonly headers?: Record<string, string>
  /** What says that it was done, though its answer was lost: for what has no idempotency key. */
  readonly doneStatus?: number
}

interface App {
  request(
    path: string,
    init: RequestInit,
    env: object,
    ctx: ExecutionContext,
  ): Response | Promise<Response>
}

/** What the platform throws when a binding has too much to do. */
function overload(binding: object): Error {
  if ('prepare' in binding)
    return new Error('D1_ERROR: D1 DB is overloaded. Requests queued for too long.')
  const message = 'Durable Object is overloaded. Too many requests queued.'
  return Object.assign(new Error(message), { overloaded: true, remote: false })
}

type Methods = Record<string, (...args: unknown[]) => unknown>

/** Methods that only prepare a call. */
const SYNCHRONOUS = new Set(['prepare', 'bind', 'getByName'])
const originals = new WeakMap<object, object>()

/** A binding that is overloaded from its nth call on, and how often it was called. */
function overloadedFrom(binding: object, nth: number) {
  let calls = 0
  const wrap = (target: object): object => {
    const proxy = new Proxy(target, {
      get(_, name) {
        if (typeof name !== 'string' || name === 'then') return undefined
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          const isCall = !SYNCHRONOUS.has(name)
          if (isCall && ++calls >= nth) return Promise.reject(overload(binding))
          // Looked up and called in one step: over RPC, even `apply` would be a call.
          const result = (target as Methods)[name]?.(...args.map(unwrap))
          return isCall ? result : wrap(result as object)
        }
      },
    })
    originals.set(proxy, target)
    return proxy
  }
  return { binding: wrap(binding), calls: () => calls }
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap)
  return typeof value === 'object' && value !== null ? (originals.get(value) ?? value) : value
}

/**
 * Makes a call again and again, with a binding that is overloaded from its first operation on, from its
 * second on, and so on until the call does not get that far. Each time, whoever calls is told to come back,
 * or does not notice, and the same call works once the overload is over. Returns how often it was refused.
 */
export async function refusals<Env extends object>(
  app: App,
  env: Env,
  binding: keyof Env & string,
  newCall: () => Call | Promise<Call>,
): Promise<number> {
  let refused = 0
  for (let nth = 1; ; nth++) {
    const call = await newCall()
    const target = env[binding] as object
    const overloaded = overloadedFrom(target, nth)
    const response = await send(app, { ...env, [binding]: overloaded.binding }, call)
    const text = await response.text()
    const where = `${call.route} with ${binding} overloaded from operation ${nth} on: ${text}`
    if (response.status >= 500) {
      refused++
      expect([response.status, response.headers.get('content-type')], where).toEqual([
        503,
        'application/problem+json',
      ])
      expect(Number(response.headers.get('retry-after')), where).toBeGreaterThan(0)
      expect(Problem.parse(JSON.parse(text))).toMatchObject({ code: 'unavailable' })
      await expectToWork(app, env, call, where)
    } else {
      expect(response.status, where).toBeLessThan(400)
    }
    if (overloaded.calls() < nth) return refused
  }
}

async function expectToWork(app: App, env: object, call: Call, where: string) {
  const works = async () => {
    const { status } = await send(app, env, call)
    return status < 400 || status === call.doneStatus ? 'works' : status
  }
  await expect.poll(works, { message: where, timeout: 5_000 }).toBe('works')
}

async function send(app: App, env: object, call: Call): Promise<Response> {
  const [method = '', path = ''] = call.route.split(' ')
  const { body, as, userId = `usr_${as}`, token } = call
  const headers = new Headers(call.headers)
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (as !== undefined) headers.set('authorization', await bearer(userId, as))
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  return app.request(path, init, env, createExecutionContext())
}
