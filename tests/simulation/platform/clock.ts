/** Something that is to happen at a time, in the simulated one (epoch ms). */
export interface Timer {
  readonly due: number
  readonly label: string
  readonly fire: () => void
}

/** A Monday, so that nothing in a trace depends on when it was made. */
const BEGINNING = Date.UTC(2030, 0, 7, 9)

/** Time that stands still until somebody moves it. */
export class Clock {
  readonly beginning = BEGINNING
  #now = BEGINNING
  readonly #timers = new Set<Timer>()

  get now(): number {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }

  at(due: number, label: string, fire: () => void): Timer {
    const timer = { due, label, fire }
    this.#timers.add(timer)
    return timer
  }

  /** Takes a timer away, because it fires now or is not wanted any more. */
  remove(timer: Timer): void {
    this.#timers.delete(timer)
  }

  /** What is due, in the order in which it was asked for. */
  due(): Timer[] {
    const due: Timer[] = []
    for (const timer of this.#timers) if (timer.due <= this.#now) due.push(timer)
    return due
  }

  /** When the next thing is due, or null. */
  nextDue(): number | null {
    let next: number | null = null
    for (const { due } of this.#timers) if (next === null || due < next) next = due
    return next
  }
}
