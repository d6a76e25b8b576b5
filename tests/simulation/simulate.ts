import { SUBSCRIBERS } from '@kiosk/contracts/events'
import { chooseAct } from './actors/acts.ts'
import { Book } from './actors/book.ts'
import { replayDeadLetters } from './actors/operators.ts'
import { checkAtRest, underWay } from './invariants/at-rest.ts'
import { StepInvariants } from './invariants/each-step.ts'
import { takeOverGlobals } from './platform/globals.ts'
import { Random } from './platform/random.ts'
import type { RewriteSql } from './platform/sqlite.ts'
import { resultOf, type Result } from './report.ts'
import { Platform } from './shop/platform.ts'
import { Shop } from './shop/shop.ts'
import { Violation } from './violation.ts'

export interface Options {
  readonly seed: number
  readonly steps: number
  /** Plants a bug. */
  readonly rewriteSql?: RewriteSql
  /** Sees every line of the trace. */
  readonly show?: (line: string) => void
  /** Is told now and then how far it is. */
  readonly progress?: (steps: number) => void
}

/** How many steps people act before everything may come to rest. */
const STEPS_UNTIL_REST = 1_500
const REST_MS_MAX = 12 * 60 * 60_000
const JUMP_MS_MAX = 15 * 60_000
const PROGRESS_STEPS = 1_000

/** Runs a shop as its seed says, until something is wrong or the steps are made. */
export async function simulate(options: Options): Promise<Result> {
  const random = new Random(options.seed)
  const platform = new Platform(random, options.rewriteSql ?? ((_, sql) => sql))
  const { clock, trace } = platform
  if (options.show !== undefined) trace.showTo(options.show)
  const giveBack = takeOverGlobals({
    clock,
    random: random.fork(),
    log: (level, line) => {
      if (level !== 'info') trace.remark(`    ${level} ${line}`)
    },
  })
  try {
    const run = new Run(platform, options)
    const violation = await run.untilDone()
    const { shop, book, stepsNeeded } = run
    return resultOf({ seed: options.seed, stepsNeeded, violation, platform, shop, book })
  } finally {
    giveBack()
  }
}

/** One run of one shop. */
class Run {
  readonly shop: Shop
  readonly book = new Book()
  readonly #platform: Platform
  readonly #options: Options
  readonly #random: Random
  /** How many requests people have under way at the most. */
  readonly #crowd: number
  #invariants: StepInvariants | null = null
  /** Steps at which the shop was last left to itself; null while people act. */
  #restsSince: number | null = null

  constructor(platform: Platform, options: Options) {
    this.#platform = platform
    this.#options = options
    this.#random = platform.random.fork()
    this.#crowd = this.#random.int(2, 16)
    this.shop = new Shop(platform)
  }

  /** How many steps to ask for so that the same happens again, and nothing after it. */
  get stepsNeeded(): number {
    return this.#restsSince ?? this.#platform.scheduler.steps
  }

  async untilDone(): Promise<Violation | null> {
    const { scheduler } = this.#platform
    try {
      await this.shop.open()
      this.#invariants = new StepInvariants(this.shop)
      while (scheduler.steps < this.#options.steps) {
        const until = Math.min(scheduler.steps + STEPS_UNTIL_REST, this.#options.steps)
        while (scheduler.steps < until) await this.#step()
        await this.#rest()
      }
      return null
    } catch (error) {
      if (error instanceof Violation) return error
      throw error
    }
  }

  /** Time goes on a little, and then something happens, or somebody does something. */
  async #step(): Promise<void> {
    const { clock, faults } = this.#platform
    clock.advance(this.#random.int(0, 20))
    if (faults.strikes('time_jump')) clock.advance(this.#random.magnitude(100, JUMP_MS_MAX))
    const wantsMore = this.book.busy < this.#crowd && this.#random.chance(0.2)
    if (wantsMore) await this.#act()
    else if (!(await this.#goOn())) {
      if (this.#random.chance(0.5)) await this.#act()
      else this.#waitForTimer()
    }
    this.#check()
  }

  async #goOn(): Promise<boolean> {
    const { scheduler } = this.#platform
    const went = await scheduler.step()
    if (scheduler.steps % PROGRESS_STEPS === 0) this.#options.progress?.(scheduler.steps)
    return went
  }

  #act(): Promise<void> {
    const { name, act } = chooseAct(this.#random)
    return this.#platform.scheduler.act(`somebody: ${name}`, () => act(this))
  }

  #waitForTimer(): void {
    const { clock } = this.#platform
    const next = clock.nextDue()
    if (next !== null) clock.advance(Math.max(0, next - clock.now))
  }

  #check(): void {
    const [first] = this.book.violations
    if (first !== undefined) throw first
    this.#invariants?.check()
  }

  /** Nobody asks for anything, nothing fails any more: the shop must come to rest by itself. */
  async #rest(): Promise<void> {
    const { clock, faults, trace } = this.#platform
    faults.stop()
    this.#restsSince = this.#platform.scheduler.steps
    this.shop.people.introduce(Infinity)
    const begunAt = clock.now
    for (;;) {
      while (await this.#goOn()) this.#check()
      const left = underWay(this.shop)
      if (left.length === 0) break
      if (clock.now - begunAt > REST_MS_MAX) {
        throw new Violation('rest', `this never ends: ${left.join('; ')}`)
      }
      for (const subscriber of SUBSCRIBERS) replayDeadLetters(this, subscriber)
      await this.#platform.scheduler.settle()
      this.#waitForTimer()
    }
    trace.add('everything is at rest')
    checkAtRest(this.shop, this.book)
    this.#restsSince = null
    faults.resume()
  }
}
