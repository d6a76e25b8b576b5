/** The one alarm of an object. It is always set for the earliest thing that is due. */
export class SkuAlarm {
  readonly #storage: DurableObjectStorage
  /** When it fires, as far as this instance knows. */
  #armedFor: number | null = null
  #backstop: number | null = null

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /**
   * Makes sure that it fires by `time` (epoch ms). Never moves a nearer one away: steady traffic would push
   * it ahead for ever.
   */
  armBy(time: number): void {
    if (this.#armedFor !== null && this.#armedFor <= time) return
    this.#armedFor = time
    void this.#storage.setAlarm(time)
  }

  /** The alarm has fired: makes sure that it fires again by `backstop`, whatever becomes of its work. */
  startWork(backstop: number): void {
    this.#armedFor = null
    this.armBy(backstop)
    this.#backstop = backstop
  }

  /** The work is done: sets it for what is due next (epoch ms), or turns it off. */
  endWork(due: number | null): void {
    // Somebody has set a nearer one meanwhile. It may find nothing to do, but it is never taken back.
    const isKept = this.#armedFor !== this.#backstop
    if (!isKept) this.#armedFor = null
    if (due !== null) this.armBy(due)
    else if (!isKept) void this.#storage.deleteAlarm()
  }

  /** What had set it was rolled back. */
  forget(): void {
    this.#armedFor = null
  }
}
