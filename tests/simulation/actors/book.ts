import { ProblemError } from '@kiosk/kit/problem'
import { isInjected } from '../platform/injected-error.ts'
import type { Person } from '../shop/shop.ts'
import { Violation } from '../violation.ts'

type Route = 'order' | 'payment' | 'refund'

/** A request that somebody makes under an idempotency key, perhaps more than once. */
export interface Ask<Body = unknown> {
  readonly route: Route
  readonly who: Person
  readonly key: string
  readonly body: Body
  /** Simulated time of the first attempt. */
  readonly madeAt: number
}

interface Answer {
  readonly body: string
  readonly text: string
  readonly replayed: boolean
  readonly id: string
}

const ASKS_KEPT = 30

/** What people outside remember: what they asked for, and what they were told. */
export class Book {
  /** How often each outcome was had: `order ok`, `payment order_not_payable`, … */
  readonly tally = new Map<string, number>()
  readonly violations: Violation[] = []
  /** Ids that were answered with 201, by route. */
  readonly promised: Record<Route, Set<string>> = {
    order: new Set(),
    payment: new Set(),
    refund: new Set(),
  }
  readonly #asks: Record<Route, Ask[]> = { order: [], payment: [], refund: [] }
  readonly #answers = new Map<string, Answer[]>()
  #busy = 0

  /** How many requests have no answer yet. */
  get busy(): number {
    return this.#busy
  }

  /** Requests of the last time, which may be made again. */
  asks(route: Route): readonly Ask[] {
    return this.#asks[route]
  }

  /** Makes a request under its key, and holds what is answered against what was answered before. */
  async ask<Body>(
    ask: Ask<Body>,
    make: () => Promise<{ answer: { readonly id: string }; replayed: boolean }>,
  ): Promise<void> {
    const recent = this.#asks[ask.route]
    if (!recent.includes(ask)) recent.push(ask)
    if (recent.length > ASKS_KEPT) recent.shift()
    await this.attempt(ask.route, async () => {
      const { answer, replayed } = await make()
      this.#compare(ask, answer, replayed)
      this.promised[ask.route].add(answer.id)
    })
  }

  /** Makes a request of which only the outcome matters. */
  async attempt(what: string, make: () => Promise<unknown>): Promise<void> {
    this.#busy += 1
    try {
      await make()
      this.#count(`${what} ok`)
    } catch (error) {
      this.#count(`${what} ${error instanceof ProblemError ? error.code : 'no answer'}`)
      const isExplained = error instanceof ProblemError || isInjected(error)
      if (!isExplained) this.violations.push(unexplained(what, error))
    } finally {
      this.#busy -= 1
    }
  }

  #count(outcome: string): void {
    this.tally.set(outcome, (this.tally.get(outcome) ?? 0) + 1)
  }

  /** Invariant 5. */
  #compare(ask: Ask, { id, ...answer }: { readonly id: string }, replayed: boolean): void {
    const scope = `${ask.route} ${ask.who.id} ${ask.key}`
    const now = {
      body: JSON.stringify(ask.body),
      text: JSON.stringify({ id, ...answer }),
      replayed,
      id,
    }
    const earlier = this.#answers.get(scope) ?? []
    for (const before of earlier) {
      const ids = { key: ask.key, before: before.id, now: id }
      if (before.body !== now.body) this.#blame('one key was used for two bodies', ids)
      if (before.id !== now.id) this.#blame('one key had two effects', ids)
      if (before.replayed && replayed && before.text !== now.text) {
        this.#blame('two replays of one answer differ', ids)
      }
    }
    this.#answers.set(scope, [...earlier, now])
  }

  #blame(what: string, ids: Record<string, unknown>): void {
    this.violations.push(new Violation('5', what, ids))
  }
}

function unexplained(what: string, error: unknown): Violation {
  const detail = error instanceof Error ? error.stack : String(error)
  return new Violation('explained', `${what} failed though nothing had gone wrong: ${detail}`)
}
