const LATE_MS = 5_000

/** The one alarm of an object. It is always set for the earliest thing that is due, or for something before. */
export class SkuAlarm {
  readonly #storage: DurableObjectStorage
  /** When it fires, as far as this instance knows. */
  #armedFor: number | null = null

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** Learns of the alarm that an earlier instance has set. */
  async remember(now: number): Promise<void> {
    const time = await this.#storage.getAlarm()
    if (time !== null && time > now) this.#armedFor = time
  }

  /**
   * Makes sure that it fires by `time` (epoch ms). Never moves a nearer one away: steady traffic would push
   * it ahead for ever, and one that finds nothing to do costs less than to take it back. One that has not
   * fired for long is not relied on any more, whatever has become of it.
   * @throws when the storage does not take it: it is set with the next call
   */
  async armBy(time: number, now: number): Promise<void> {
    if (this.#armedFor !== null && this.#armedFor <= time && this.#armedFor > now - LATE_MS) return
    this.#armedFor = time
    try {
      await this.#storage.setAlarm(time)
    } catch (error) {
      this.#armedFor = null
      throw error
    }
  }

  /** It has fired, or what had set it was rolled back. */
  forget(): void {
    this.#armedFor = null
  }
}
