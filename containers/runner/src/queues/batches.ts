interface Limits {
  /** How many items make a full batch. */
  readonly size: number
  /** How long the first item of a batch waits for others. */
  readonly waitMs: number
  /** How many batches may be in work at once; items wait while they are. */
  readonly concurrency: number
}

/** Puts what arrives one by one into batches, as `[[queues.consumers]]` asks for. */
export class Batches<Item> {
  readonly #limits: Limits
  readonly #work: (batch: readonly Item[]) => Promise<void>
  #waiting: Item[] = []
  #timer: NodeJS.Timeout | undefined
  #isDue = false
  readonly #running = new Set<Promise<void>>()

  /** @param work Must not reject. */
  constructor(limits: Limits, work: (batch: readonly Item[]) => Promise<void>) {
    this.#limits = limits
    this.#work = work
  }

  add(item: Item): void {
    this.#waiting.push(item)
    // Even without a wait, what arrived together is worked on together.
    this.#timer ??= setTimeout(() => {
      this.#isDue = true
      this.#start()
    }, this.#limits.waitMs)
    this.#start()
  }

  /** Forgets what no work has begun on: whoever handed it over will do so again. */
  forget(): void {
    this.#waiting = []
    this.#reset()
  }

  /** Resolves when the batches in work are done. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #start(): void {
    const { size, concurrency } = this.#limits
    while (this.#running.size < concurrency) {
      if (this.#waiting.length < size && !(this.#isDue && this.#waiting.length > 0)) return
      const batch = this.#waiting.splice(0, size)
      if (this.#waiting.length === 0) this.#reset()
      const running = this.#work(batch).finally(() => {
        this.#running.delete(running)
        this.#start()
      })
      this.#running.add(running)
    }
  }

  #reset(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isDue = false
  }
}
