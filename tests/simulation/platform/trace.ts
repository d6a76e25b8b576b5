import { createHash } from 'node:crypto'

const LINES_KEPT = 400

/** What happened, line by line. Only the last lines are kept; the fingerprint stands for all of them. */
export class Trace {
  readonly #hash = createHash('sha256')
  readonly #last: string[] = []
  #sink: ((line: string) => void) | null = null

  add(line: string): void {
    this.#hash.update(line).update('\n')
    this.#keep(line)
  }

  /** A line for people, such as what the product logged. It may hold what differs between machines. */
  remark(line: string): void {
    this.#keep(line)
  }

  /** Shows every line from now on. */
  showTo(sink: (line: string) => void): void {
    this.#sink = sink
  }

  last(count: number): string[] {
    return this.#last.slice(-count)
  }

  /** Of everything so far: two runs with the same one did the same. */
  fingerprint(): string {
    return this.#hash.copy().digest('hex')
  }

  #keep(line: string): void {
    this.#sink?.(line)
    this.#last.push(line)
    if (this.#last.length > 2 * LINES_KEPT) this.#last.splice(0, LINES_KEPT)
  }
}
