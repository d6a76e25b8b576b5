import { findAuditViolations } from './audit.ts'
import type { Violation } from './checks/violation.ts'
import { HOLDS, type Hold } from './durations.ts'
import type { Journey } from './journeys/journey.ts'
import { casesOf, unionOf, type Case } from './plan.ts'
import type { Point } from './seam/protocol.ts'
import { ProvingShop } from './shop.ts'
import { startFaultySystem } from './system.ts'
import { NotReady, tryOut, type Trial } from './trial.ts'

/** What a case came to. */
export interface Outcome extends Case {
  /** How often it took to make the fault strike; null: it never did, so it was not tried. */
  readonly attempts: number | null
  readonly violations: readonly Violation[]
  readonly durationMs: number
  readonly log: readonly string[]
}

export interface Progress {
  recorded(journey: Journey, points: readonly Point[]): void
  planned(cases: number): void
  done(outcome: Outcome): void
  /** Something was wrong without a fault, or in what the product's own audit says. */
  broken(what: string, violations: readonly Violation[], log: readonly string[]): void
}

export interface ProofOptions {
  readonly journeys: readonly Journey[]
  /** How many systems run at once. */
  readonly systems: number
  /** How often each journey is recorded before its faults are planned. */
  readonly recordings: number
  /** Which of all cases to try. */
  readonly isWanted: (one: Case) => boolean
  /** 1: all of those; 2: every second one, and so on. */
  readonly every: number
}

/** Where a hold has to end, a journey waits more than it works. */
const LANES_PER_SYSTEM = { long: 1, short: 2 } as const

/** The concurrency of a journey varies, so a point may not come up every time. */
const ATTEMPTS_MAX = 2

/** Throws every fault into every journey, in several systems at once. */
export async function prove(options: ProofOptions, progress: Progress): Promise<void> {
  for (const hold of Object.keys(HOLDS) as Hold[]) {
    const journeys = options.journeys.filter((journey) => journey.hold === hold)
    if (journeys.length > 0) await proveWith(hold, { ...options, journeys }, progress)
  }
}

async function proveWith(hold: Hold, options: ProofOptions, progress: Progress): Promise<void> {
  const lanes = await Promise.all(
    Array.from({ length: options.systems * LANES_PER_SYSTEM[hold] }, () =>
      Lane.open(hold, progress),
    ),
  )
  const cases: Case[][] = []
  await shareOut(lanes, options.journeys, async (lane, journey) => {
    const points = unionOf(await lane.record(journey, options.recordings))
    progress.recorded(journey, points)
    const wanted = casesOf(journey, points).filter(options.isWanted)
    cases.push(wanted.filter((_, index) => index % options.every === 0))
  })
  await tryAll(lanes, inTurn(cases), progress)
  await Promise.all(lanes.map((lane) => lane.close()))
}

/** Tries given cases only, without recording anything first. */
export async function proveCases(
  cases: readonly Case[],
  systems: number,
  progress: Progress,
): Promise<void> {
  for (const [hold, own] of Map.groupBy(cases, ({ journey }) => journey.hold)) {
    const open = Array.from({ length: Math.min(systems, own.length) }, () =>
      Lane.open(hold, progress),
    )
    const lanes = await Promise.all(open)
    await tryAll(lanes, own, progress)
    await Promise.all(lanes.map((lane) => lane.close()))
  }
}

async function tryAll(lanes: readonly Lane[], cases: readonly Case[], progress: Progress) {
  progress.planned(cases.length)
  await shareOut(lanes, cases, async (lane, one) => progress.done(await lane.try(one)))
}

/** One of each list, then the next of each: some journeys wait and others work, and so they fill each other's gaps. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat()
}

/** Deals work to lanes, to each as soon as it is free. */
async function shareOut<T>(
  lanes: readonly Lane[],
  items: readonly T[],
  work: (lane: Lane, item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  await Promise.all(
    lanes.map(async (lane) => {
      for (const item of waiting) await work(lane, item)
    }),
  )
}

/** A running system, in which one journey is played at a time: whatever happens belongs to it. */
class Lane {
  readonly #hold: Hold
  readonly #progress: Progress
  #shop: ProvingShop

  private constructor(hold: Hold, progress: Progress, shop: ProvingShop) {
    this.#hold = hold
    this.#progress = progress
    this.#shop = shop
  }

  static async open(hold: Hold, progress: Progress): Promise<Lane> {
    return new Lane(hold, progress, await openShop(hold))
  }

  async record(journey: Journey, times: number): Promise<Point[][]> {
    const recordings: Point[][] = []
    while (recordings.length < times) {
      const trial = await this.#tryOut(journey, null)
      if (trial.violations.length > 0) {
        this.#progress.broken(`${journey.name}, without a fault`, trial.violations, trial.log)
      }
      recordings.push([...trial.points])
    }
    return recordings
  }

  async try(one: Case): Promise<Outcome> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const trial = await this.#tryOut(one.journey, one)
      const { hasStruck, violations, durationMs, log } = trial
      if (hasStruck === true || violations.length > 0) {
        return { ...one, attempts: attempt, violations, durationMs, log }
      }
    }
    return { ...one, attempts: null, violations: [], durationMs: 0, log: [] }
  }

  async close(): Promise<void> {
    const violations = await findAuditViolations(this.#shop)
    if (violations.length > 0) this.#progress.broken(`the audit (${this.#hold})`, violations, [])
    await this.#shop.system.close()
  }

  async #tryOut(journey: Journey, fault: Pick<Case, 'point' | 'kind'> | null): Promise<Trial> {
    const armed = fault && { point: fault.point, kind: fault.kind }
    try {
      const trial = await tryOut(this.#shop, journey, armed)
      if (trial.violations.length > 0) await this.#startAfresh()
      return trial
    } catch (error) {
      if (!(error instanceof NotReady)) throw error
      // Told, because nothing is known that leaves a shop so.
      const unrest = { invariant: 'quiet', detail: error.message }
      this.#progress.broken(`before ${journey.name}`, [unrest], [])
      await this.#startAfresh()
      return tryOut(this.#shop, journey, armed)
    }
  }

  /** What a violation has left behind must not be found again by the next journey. */
  async #startAfresh(): Promise<void> {
    await this.#shop.system.close()
    this.#shop = await openShop(this.#hold)
  }
}

async function openShop(hold: Hold): Promise<ProvingShop> {
  return ProvingShop.open(await startFaultySystem(HOLDS[hold]))
}
