import type { Fault, IoKind, Kind, MessageKind, Outage, Point } from './protocol.ts'

/** What the seam of one Worker knows: all its invocations, and its Durable Objects, share one isolate. */
class Recorder {
  worker = ''
  points: Point[] = []
  hits = 0
  held = 0
  isUnruly = false
  /** The messages that this Worker handed to a queue since the last reset: destination and event. */
  sent = new Set<string>()
  /** The events whose message this Worker has taken since the last reset. */
  heard = new Set<string>()
  /** Dead letters that were delivered here and not taken: they come again. */
  readonly owed = new Set<string>()
  #fault: Fault | null = null
  #counts = new Map<string, number>()
  readonly #outages = new Map<string, Outage>()

  reset(): void {
    this.points = []
    this.hits = 0
    this.sent = new Set()
    this.heard = new Set()
    this.#fault = null
    this.#counts = new Map()
  }

  arm(fault: Fault): void {
    this.#fault = fault
  }

  break(outage: Outage): void {
    this.#outages.set(outage.name, outage)
  }

  mend(name: string): void {
    this.#outages.delete(name)
  }

  /** Notes an I/O point and says how it is to fail, if it is. */
  reachIo(invocation: string, operation: string, effect: 'read' | 'write'): IoKind | 'skip' | null {
    const kind = this.#reach(invocation, operation, effect) as IoKind | 'skip' | null
    if (!this.#isOut(`${invocation} | ${operation}`)) return kind
    // What is out of order has no effect, whatever else happens there.
    return kind?.startsWith('crash') === true ? 'crash-before' : 'before'
  }

  #isOut(name: string): boolean {
    return [...this.#outages.values()].some(({ where }) =>
      where.every((text) => name.includes(text)),
    )
  }

  /** Notes a message and says what is to happen to it, if anything is. */
  reachMessage(invocation: string, operation: string): MessageKind | null {
    return this.#reach(invocation, operation, 'message') as MessageKind | null
  }

  #reach(invocation: string, operation: string, effect: Point['effect']): Kind | null {
    const signature = `${invocation} | ${operation}`
    const occurrence = (this.#counts.get(signature) ?? 0) + 1
    this.#counts.set(signature, occurrence)
    this.points.push({ worker: this.worker, invocation, operation, occurrence, effect })
    const fault = this.#fault
    if (
      fault?.point.invocation !== invocation ||
      fault.point.operation !== operation ||
      fault.point.occurrence !== occurrence
    ) {
      return null
    }
    this.#fault = null
    this.hits += 1
    return fault.kind
  }
}

export const recorder = new Recorder()
