import type { Book } from './actors/book.ts'
import { FAULT_KINDS, type FaultKind } from './platform/faults.ts'
import type { Platform } from './shop/platform.ts'
import type { Shop } from './shop/shop.ts'
import type { Violation } from './violation.ts'

/** What became of a run. */
export interface Result {
  readonly seed: number
  /** More than were asked for: a run makes some to come to rest. */
  readonly stepsMade: number
  /** How many steps to ask for to see the same end again. */
  readonly stepsNeeded: number
  readonly fingerprint: string
  readonly violation: Violation | null
  /** The last lines of the trace. */
  readonly trace: readonly string[]
  readonly tally: Tally
}

/** How often things happened, by name. */
type Counts = Readonly<Record<string, number>>

export interface Tally {
  readonly orders: Counts
  readonly payments: Counts
  readonly refunds: Counts
  readonly reservations: Counts
  readonly messages: Counts
  readonly faults: Readonly<Record<FaultKind, number>>
  readonly outcomes: Counts
}

const TRACE_LINES = 40

export function resultOf(run: {
  readonly seed: number
  readonly stepsNeeded: number
  readonly violation: Violation | null
  readonly platform: Platform
  readonly shop: Shop
  readonly book: Book
}): Result {
  const { seed, stepsNeeded, violation, platform } = run
  return {
    seed,
    stepsNeeded,
    stepsMade: platform.scheduler.steps,
    fingerprint: platform.trace.fingerprint(),
    violation,
    trace: platform.trace.last(TRACE_LINES),
    tally: tallyOf(run.shop, run.book),
  }
}

function tallyOf({ d1, objects, queues, platform }: Shop, book: Book): Tally {
  const by = (worker: 'orders' | 'payments', table: string, name: string): Counts =>
    sumOf(
      d1[worker].sqlite
        .peek<{ name: string; n: number }>(
          `SELECT ${name} AS name, count(*) AS n FROM ${table} GROUP BY 1 ORDER BY 1`,
        )
        .map((row) => ({ [row.name]: row.n })),
    )
  const reservations = [...objects.stock.objects.values()].flatMap(({ storage }) =>
    storage.sqlite
      .peek<{ state: string; n: number }>(
        'SELECT state, count(*) AS n FROM reservations GROUP BY state ORDER BY state',
      )
      .map(({ state, n }) => ({ [state]: n })),
  )
  const all = Object.values(queues)
  const count = (of: (queue: (typeof all)[number]) => number) =>
    all.reduce((sum, queue) => sum + of(queue), 0)
  return {
    orders: by('orders', 'orders', `status || coalesce(' (' || cancel_reason || ')', '')`),
    payments: by('payments', 'payments', `status || iif(captured_minor > 0, ' (captured)', '')`),
    refunds: by(
      'payments',
      'refunds',
      `status || ' (' || iif(reason LIKE '% %', 'staff', reason) || ')'`,
    ),
    reservations: sumOf(reservations),
    messages: {
      delivered: count(({ queue }) => queue.tally.delivered),
      'delivered again': count(({ queue }) => queue.tally.again),
      'dead letters': count(({ deadLetters }) => deadLetters.tally.delivered),
    },
    faults: platform.faults.tally,
    outcomes: Object.fromEntries([...book.tally].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** What several runs did together. */
export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = (part: (tally: Tally) => Counts) => sumOf(tallies.map(part))
  const none = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0]))
  return {
    orders: sum((tally) => tally.orders),
    payments: sum((tally) => tally.payments),
    refunds: sum((tally) => tally.refunds),
    reservations: sum((tally) => tally.reservations),
    messages: sum((tally) => tally.messages),
    faults: { ...none, ...sum((tally) => tally.faults) } as Tally['faults'],
    outcomes: sum((tally) => tally.outcomes),
  }
}

function sumOf(counts: readonly Counts[]): Counts {
  const sum: Record<string, number> = {}
  for (const some of counts) {
    for (const [name, count] of Object.entries(some)) sum[name] = (sum[name] ?? 0) + count
  }
  return sum
}

/** The tally as lines for people. */
export function summarize(tally: Tally): string {
  return Object.entries(tally)
    .map(([what, counts]: [string, Counts]) => {
      const facts = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
      return `  ${what.padEnd(13)}${facts.join(' · ')}`
    })
    .join('\n')
}

/** Everything that somebody needs who looks into a failure. */
export function describeFailure({
  seed,
  stepsMade,
  stepsNeeded,
  violation,
  trace,
}: Result): string {
  if (violation === null) throw new Error('nothing failed')
  return [
    ...trace,
    '',
    `✗ seed ${seed}, step ${stepsMade}: invariant ${violation.invariant}: ${violation.message}`,
    `  ${JSON.stringify(violation.ids)}`,
    `  again: pnpm sim --seed ${seed} --steps ${stepsNeeded}`,
  ].join('\n')
}
