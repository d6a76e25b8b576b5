import { setTimeout as sleep } from 'node:timers/promises'
import { createTestHarness, type WorkerHandle } from 'wrangler'
import {
  QUIET_WRANGLER,
  type WorkerName,
  WORKERS,
  workerBundle,
  workerConfig,
} from '../../tools/build.ts'
import { TEST_SECRETS } from '../support/secrets.ts'
import { expectDocumented } from './documented.ts'
import { SHORT_DURATIONS } from './durations.ts'

/** Variables over those of wrangler.toml, the same for all Workers. */
export type Vars = Readonly<Record<string, string>>

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface ApiAnswer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

export interface System {
  /** The address of the gateway. */
  readonly url: URL
  /**
   * A call as a client makes it. The body of the answer is `null` when it is empty.
   * @throws when the answer is not as its OpenAPI document says
   */
  api<Body = unknown>(path: string, request?: ApiRequest): Promise<ApiAnswer<Body>>
  /** A Worker from the inside: its D1 and queues (`getEnv`), its objects' storage, its cron. */
  worker<Env = Record<string, unknown>>(name: WorkerName): WorkerHandle<Env>
  /** What the Workers have logged so far, a string per line. */
  logs(): string[]
}

const systems = new Map<string, Promise<System>>()
const harnesses: { close(): Promise<void> }[] = []

// Vitest ends this process by a signal, which would leave the runtimes behind.
const end = () =>
  void Promise.allSettled(harnesses.map((harness) => harness.close())).finally(() => process.exit())
process.once('SIGTERM', end).once('disconnect', end)

/**
 * The seven Workers, migrated, with short durations. All files that ask with the same variables share
 * one system; other variables start another. Nothing is ever reset: use fresh ids.
 */
export function startSystem(vars: Vars = {}): Promise<System> {
  const key = JSON.stringify(vars)
  const system = systems.get(key) ?? start(vars)
  systems.set(key, system)
  return system
}

/** The last errors that any Worker logged; printed with a test that fails. */
export async function lastErrors(): Promise<string[]> {
  const lines = (await Promise.all(systems.values())).flatMap((system) => system.logs())
  // Each begins with its time.
  return lines
    .filter((line) => line.includes('"level":"error"'))
    .toSorted()
    .slice(-ERRORS_SHOWN)
}
const ERRORS_SHOWN = 10

async function start(vars: Vars): Promise<System> {
  Object.assign(process.env, QUIET_WRANGLER)
  const harness = createTestHarness({
    workers: WORKERS.map((name) => ({
      configPath: workerConfig(name),
      prebuiltWorkerDir: workerBundle(name),
      vars: { ...SHORT_DURATIONS, ...vars },
      secrets: { ...TEST_SECRETS },
    })),
  })
  harnesses.push(harness)
  const { url } = await harness.listen()
  const owners = WORKERS.filter((name) => name !== 'gateway')
  await Promise.all(
    owners.map((name) => harness.getWorker(`kiosk-${name}`).applyD1Migrations('DB')),
  )
  return {
    url,
    api: (path, request) => callApi(new URL(path, url), request),
    worker: (name) => harness.getWorker(`kiosk-${name}`),
    logs: () => harness.getLogs().map(({ message }) => message),
  }
}

async function callApi<Body>(
  url: URL,
  { method, body, token, headers }: ApiRequest = {},
): Promise<ApiAnswer<Body>> {
  const verb = method ?? (body === undefined ? 'GET' : 'POST')
  const response = await fetch(url, {
    method: verb,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const answer = {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text || null) as Body,
  }
  expectDocumented({ method: verb, path: url.pathname, ...answer })
  return answer
}

/** Tries until nothing throws, and returns the result; after the timeout, throws what it threw last. */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 50 } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await sleep(everyMs)
  }
}
