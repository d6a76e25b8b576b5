import type { Clock, Timer } from './clock.ts'
import type { Faults } from './faults.ts'
import { Invocation } from './invocation.ts'
import { MemoryStorage } from './memory-storage.ts'
import type { Scheduler } from './scheduler.ts'
import { Sqlite, type RewriteSql } from './sqlite.ts'
import { copied } from './wire.ts'

/** What objects live in. */
export interface ObjectParts {
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly faults: Faults
  readonly rewriteSql: RewriteSql
}

interface Instance {
  alarm?(info: AlarmInvocationInfo): Promise<void>
}

type ObjectClass = new (ctx: never, env: never) => Instance

/** How a class is bound: its objects, and what they are given. */
export interface Binding {
  readonly objectClass: ObjectClass
  readonly env: object
  /** What the Worker exports, as its objects see it. */
  readonly exports: object
  /** Happens right before a call reaches an object, if given. */
  readonly before?: (storage: MemoryStorage, method: string, values: readonly unknown[]) => void
}

const ALARM_RETRY_MS = 2_000
const ALARM_RETRIES_MAX = 6

/** A namespace of Durable Objects: each is made when it is first called. */
export class MemoryNamespace {
  readonly objects = new Map<string, MemoryObject>()
  readonly #parts: ObjectParts
  readonly #binding: Binding

  constructor(parts: ObjectParts, binding: Binding) {
    this.#parts = parts
    this.#binding = binding
  }

  getByName(name: string): unknown {
    return new Proxy({}, { get: (_, method) => this.#caller(name, method) })
  }

  object(name: string): MemoryObject {
    let found = this.objects.get(name)
    if (found === undefined) {
      found = new MemoryObject(name, this.#parts, this.#binding)
      this.objects.set(name, found)
    }
    return found
  }

  #caller(name: string, method: string | symbol) {
    // A stub is no promise: `await` asks for `then`.
    if (typeof method === 'symbol' || method === 'then') return undefined
    const target = `${this.#binding.objectClass.name} ${name}`
    return (...values: unknown[]) => {
      const sent = copied(values)
      return this.#parts.scheduler.call({ kind: 'object', target, method }, () =>
        this.object(name).invoke(method, sent),
      )
    }
  }
}

/** One Durable Object: storage that lasts, and an instance that a crash takes away. */
export class MemoryObject {
  readonly name: string
  readonly storage: MemoryStorage
  readonly #parts: ObjectParts
  readonly #binding: Binding
  #instance: Instance | null = null
  /** What an instance begins with, before anything else of it runs. */
  #beginning: Promise<unknown> = Promise.resolve()
  #running = new Set<Invocation>()
  #timer: Timer | null = null
  #isAlarmRunning = false
  #alarmFailures = 0

  constructor(name: string, parts: ObjectParts, binding: Binding) {
    this.name = name
    this.#parts = parts
    this.#binding = binding
    const sqlite = new Sqlite(`${binding.objectClass.name} ${name}`, parts.rewriteSql)
    this.storage = new MemoryStorage(sqlite, () => this.#scheduleAlarm())
  }

  get #label(): string {
    return this.storage.sqlite.name
  }

  invoke(method: string, values: readonly unknown[]): Promise<unknown> {
    return this.#run(method, async () => {
      const instance = await this.#instanceNow()
      const work: unknown = Reflect.get(instance, method)
      if (typeof work !== 'function') throw new TypeError(`${this.#label} has no ${method}`)
      this.#binding.before?.(this.storage, method, values)
      return copied(await Reflect.apply(work, instance, values))
    })
  }

  async #run<T>(method: string, work: () => Promise<T>): Promise<T> {
    const invocation = new Invocation(`${this.#label}.${method}`)
    invocation.onCrash(() => this.#reset())
    this.#running.add(invocation)
    try {
      return await invocation.run(work)
    } finally {
      this.#running.delete(invocation)
    }
  }

  async #instanceNow(): Promise<Instance> {
    const { objectClass, env, exports } = this.#binding
    const blockConcurrencyWhile = (work: () => Promise<unknown>) => (this.#beginning = work())
    const { storage, name } = this
    const ctx = { storage, exports, id: { name }, waitUntil: ignore, blockConcurrencyWhile }
    const instance = (this.#instance ??= new objectClass(ctx as never, env as never))
    await this.#beginning
    return instance
  }

  /** A crash ends everything that runs in the object, and what it had in memory. */
  #reset(): void {
    this.#instance = null
    const running = [...this.#running]
    this.#running.clear()
    for (const invocation of running) invocation.crash()
  }

  #scheduleAlarm(): void {
    if (this.#timer !== null) this.#parts.clock.remove(this.#timer)
    const { alarm } = this.storage
    const isDue = alarm !== null && !this.#isAlarmRunning
    const fire = () => void this.#fireAlarm()
    this.#timer = isDue ? this.#parts.clock.at(alarm, `${this.#label} alarm`, fire) : null
  }

  /** At least once: one that fails is tried again, six times, unless it has set another. */
  async #fireAlarm(): Promise<void> {
    this.#isAlarmRunning = true
    const scheduledTime = this.storage.alarm ?? this.#parts.clock.now
    await this.storage.deleteAlarm()
    try {
      await this.#run('alarm', async () => {
        if (this.#parts.faults.strikes('alarm_cut_off')) throw new Error('the alarm was cut off')
        const instance = await this.#instanceNow()
        const retryCount = this.#alarmFailures
        await instance.alarm?.({ isRetry: retryCount > 0, retryCount, scheduledTime })
      })
      this.#alarmFailures = 0
    } catch {
      this.#alarmFailures += 1
      if (this.storage.alarm === null && this.#alarmFailures <= ALARM_RETRIES_MAX) {
        const waitMs = ALARM_RETRY_MS * 2 ** (this.#alarmFailures - 1)
        await this.storage.setAlarm(this.#parts.clock.now + waitMs)
      }
    } finally {
      this.#isAlarmRunning = false
      this.#scheduleAlarm()
    }
  }
}

function ignore(work: Promise<unknown>): void {
  work.catch(() => undefined)
}
