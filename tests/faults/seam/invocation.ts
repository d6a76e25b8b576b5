import { AsyncLocalStorage } from 'node:async_hooks'

/** One run of a Worker's code, from an event to its end: what a crash ends. */
export class Invocation {
  readonly label: string
  /** The Durable Object that runs it: a crash takes the object down with everything it was doing. */
  readonly object: AbortableObject | null
  readonly #fate = Promise.withResolvers<never>()
  #isStopped = false

  constructor(label: string, object: AbortableObject | null = null) {
    this.label = label
    this.object = object
    // Nobody may be waiting for it.
    this.#fate.promise.catch(() => undefined)
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Never resolves; rejects when the invocation is stopped. */
  get fate(): Promise<never> {
    return this.#fate.promise
  }

  /** Stops here and now. What its code awaits after this never comes. */
  stop(): void {
    this.#isStopped = true
    if (this.object === null) this.#fate.reject(new Error('The Worker was stopped by a fault'))
    else abort(this.object)
  }

  /** Stops as soon as what a Durable Object has written is on disk. Nobody gets an answer any more. */
  stopOnceStored(): void {
    this.#isStopped = true
    void this.object?.ctx.storage.sync().then(() => this.stop())
  }
}

/** A Durable Object, as far as ending it goes. */
export interface AbortableObject {
  readonly ctx: {
    abort(reason: string): void
    readonly storage: { sync(): Promise<void> }
  }
}

function abort(object: AbortableObject): void {
  for (const work of underWay) if (work.object === object) underWay.delete(work)
  object.ctx.abort('The Durable Object was stopped by a fault')
}

const storage = new AsyncLocalStorage<Invocation>()

/** The invocation that runs this code, if the seam knows of it. */
export function currentInvocation(): Invocation | null {
  return storage.getStore() ?? null
}

interface Work {
  readonly object: AbortableObject | null
}

const underWay = new Set<Work>()

/** How much is going on in this Worker. */
export function busy(): number {
  return underWay.size
}

/** Counts as busy until it settles. */
export async function busyWith<T>(work: Work, promise: Promise<T>): Promise<T> {
  underWay.add(work)
  try {
    return await promise
  } finally {
    underWay.delete(work)
  }
}

/** Runs code as an invocation that a fault can stop. */
export function invoke<T>(invocation: Invocation, work: () => T | Promise<T>): Promise<T> {
  async function run(): Promise<T> {
    const result = await work()
    return invocation.isStopped ? never() : result
  }
  return storage.run(invocation, () => busyWith(invocation, Promise.race([run(), invocation.fate])))
}

/** What comes after the end of an invocation: nothing. */
export function never(): Promise<never> {
  return new Promise(() => undefined)
}
