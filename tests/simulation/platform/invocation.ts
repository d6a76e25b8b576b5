import { AsyncLocalStorage } from 'node:async_hooks'
import { InjectedError } from './injected-error.ts'

/**
 * One run of a Worker's or an object's code. It may be cut off at any port that it calls: it then never
 * continues, and whoever waits for it is told.
 */
export class Invocation {
  readonly label: string
  #isAlive = true
  readonly #onCrash: (() => void)[] = []

  constructor(label: string) {
    this.label = label
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  crash(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    for (const tell of this.#onCrash) tell()
  }

  onCrash(tell: () => void): void {
    this.#onCrash.push(tell)
  }

  /** Does work as this invocation; rejects when it is cut off. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.onCrash(() => reject(new InjectedError(`${this.label} was cut off`)))
      running.run(this, async () => work()).then(resolve, reject)
    })
  }
}

const running = new AsyncLocalStorage<Invocation>()

/** Whose code runs; undefined for people outside, who make requests and never crash. */
export function currentInvocation(): Invocation | undefined {
  return running.getStore()
}
