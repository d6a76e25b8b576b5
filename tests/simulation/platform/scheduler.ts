import type { Clock, Timer } from './clock.ts'
import { lost, overloaded, type CallFault, type Faults, type Port } from './faults.ts'
import { currentInvocation, type Invocation } from './invocation.ts'
import type { Random } from './random.ts'
import type { Trace } from './trace.ts'

interface Call {
  readonly port: Port
  readonly caller: Invocation | undefined
  readonly perform: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

const setImmediateOfNode = setImmediate

/**
 * Decides what happens next. Code that calls a port waits here until chance chooses its call, so the only
 * order of things is the one that the seed makes: nothing else in the process is asynchronous.
 */
export class Scheduler {
  readonly #random: Random
  readonly #clock: Clock
  readonly #faults: Faults
  readonly #trace: Trace
  readonly #waiting: Call[] = []
  #steps = 0

  constructor(parts: { random: Random; clock: Clock; faults: Faults; trace: Trace }) {
    this.#random = parts.random
    this.#clock = parts.clock
    this.#faults = parts.faults
    this.#trace = parts.trace
  }

  get steps(): number {
    return this.#steps
  }

  /** Whether calls wait; timers aside. */
  get isIdle(): boolean {
    return this.#waiting.length === 0
  }

  /** Calls a port. `perform` has the effect and gives the answer, at a moment that chance chooses. */
  call<T>(port: Port, perform: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const caller = currentInvocation()
      // Code that was cut off does not run: this is a branch of it that had not noticed.
      if (caller?.isAlive === false) return
      this.#waiting.push({ port, caller, perform, resolve: resolve as Call['resolve'], reject })
    })
  }

  /** Does one thing that can happen now. False when there is none. */
  async step(): Promise<boolean> {
    const due = this.#clock.due()
    const chosen = this.#random.int(0, this.#waiting.length + due.length - 1)
    if (this.#waiting.length + due.length === 0) return false
    const timer = due[chosen - this.#waiting.length]
    if (timer === undefined) this.#perform(this.#take(chosen))
    else this.#fire(timer)
    await this.settle()
    return true
  }

  /** Notes a step of somebody outside, and lets it run to its first ports. */
  async act(label: string, work: () => void): Promise<void> {
    this.#note(label)
    work()
    await this.settle()
  }

  /** Lets all code run until it waits for a port. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediateOfNode(resolve))
  }

  #take(index: number): Call {
    const call = this.#waiting[index]
    const last = this.#waiting.pop()
    if (call === undefined || last === undefined) throw new Error('no call waits there')
    if (call !== last) this.#waiting[index] = last
    return call
  }

  #fire(timer: Timer): void {
    this.#clock.remove(timer)
    this.#note(timer.label)
    timer.fire()
  }

  #perform(call: Call): void {
    const { port, caller } = call
    const label = `${caller?.label ?? 'outside'} → ${port.target} ${port.method}`
    if (caller?.isAlive === false) {
      // It was on its way when its caller was cut off.
      const arrives = this.#random.chance(0.5)
      this.#note(`${label} (of the dead, ${arrives ? 'arrives' : 'is lost'})`)
      if (arrives) quietly(call.perform)
      return
    }
    const fault = this.#faults.ofCall(port, caller !== undefined)
    this.#note(fault === null ? label : `${label} ✗ ${fault}`)
    this.#performWith(fault, call)
  }

  #performWith(fault: CallFault | null, { port, caller, perform, resolve, reject }: Call): void {
    const ifAlive =
      <A>(tell: (value: A) => void) =>
      (value: A) => {
        if (caller?.isAlive !== false) tell(value)
      }
    switch (fault) {
      case null:
        answerOf(perform).then(ifAlive(resolve), ifAlive(reject))
        break
      case 'error_before':
        reject(lost(port))
        break
      case 'overloaded':
        reject(overloaded(port))
        break
      case 'error_after': {
        const tell = () => ifAlive(reject)(lost(port))
        answerOf(perform).then(tell, tell)
        break
      }
      case 'crash_before':
        caller?.crash()
        break
      case 'crash_after':
        quietly(perform)
        caller?.crash()
        break
    }
  }

  #note(label: string): void {
    this.#steps += 1
    const seconds = ((this.#clock.now - this.#clock.beginning) / 1000).toFixed(3)
    this.#trace.add(`#${this.#steps} ${seconds}s ${label}`)
  }
}

async function answerOf(perform: () => unknown): Promise<unknown> {
  return perform()
}

function quietly(perform: () => unknown): void {
  answerOf(perform).catch(() => undefined)
}
