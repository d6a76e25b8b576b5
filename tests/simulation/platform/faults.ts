import type { Clock } from './clock.ts'
import { InjectedError } from './injected-error.ts'
import type { Random } from './random.ts'

/** What a call goes through. Each is a place where it may fail. */
export type PortKind = 'http' | 'rpc' | 'object' | 'd1' | 'queue'

export interface Port {
  readonly kind: PortKind
  /** What is called, such as `orders D1`: one that is down is down for everybody. */
  readonly target: string
  readonly method: string
}

/** What can go wrong with one call. */
const CALL_FAULTS = [
  'error_before',
  'error_after',
  'crash_before',
  'crash_after',
  'overloaded',
] as const
export type CallFault = (typeof CALL_FAULTS)[number]

export const FAULT_KINDS = [
  ...CALL_FAULTS,
  'outage',
  'message_duplicated',
  'message_delayed',
  'message_poisoned',
  'alarm_cut_off',
  'refund_refused',
  'time_jump',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** How likely a fault is at one opportunity, in a shop of average luck. */
const RATES: Readonly<Record<FaultKind, number>> = {
  error_before: 0.006,
  error_after: 0.006,
  crash_before: 0.004,
  crash_after: 0.004,
  overloaded: 0.004,
  outage: 0.0006,
  message_duplicated: 0.08,
  message_delayed: 0.05,
  message_poisoned: 0.04,
  alarm_cut_off: 0.03,
  refund_refused: 0.4,
  time_jump: 0.012,
}

const LUCK = [0, 0.3, 1, 1, 3] as const
/** Long enough, at the most, for messages to fail every retry. */
const OUTAGE_MS_MAX = 10 * 60_000

/**
 * Decides what goes wrong. Each seed chooses kinds of faults and how frequent they are, because bugs that
 * need many of one kind hide where every kind is rare.
 */
export class Faults {
  readonly tally: Record<FaultKind, number>
  readonly #random: Random
  readonly #clock: Clock
  readonly #rates: Record<FaultKind, number>
  readonly #downUntil = new Map<string, number>()
  #isStopped = false

  constructor(random: Random, clock: Clock) {
    this.#random = random
    this.#clock = clock
    const luck = random.pick(LUCK)
    const rate = (kind: FaultKind) => (random.chance(0.8) ? RATES[kind] * luck : 0)
    this.#rates = byKind(rate)
    this.tally = byKind(() => 0)
  }

  /** Whether this goes wrong now, where it can. */
  strikes(kind: FaultKind): boolean {
    if (this.#isStopped || !this.#random.chance(this.#rates[kind])) return false
    this.tally[kind] += 1
    return true
  }

  /** What goes wrong with a call, if anything does. */
  ofCall({ kind, target }: Port, canCrash: boolean): CallFault | null {
    if (this.#isStopped) return null
    if ((this.#downUntil.get(target) ?? 0) > this.#clock.now) return 'error_before'
    if (kind !== 'http' && this.strikes('outage')) {
      const lasts = this.#random.magnitude(100, OUTAGE_MS_MAX)
      this.#downUntil.set(target, this.#clock.now + lasts)
      return 'error_before'
    }
    for (const fault of CALL_FAULTS) {
      const isPossible = fault.startsWith('crash') ? canCrash : true
      if (isPossible && this.strikes(fault)) return fault
    }
    return null
  }

  /** From here on everything works. */
  stop(): void {
    this.#isStopped = true
    this.#downUntil.clear()
  }

  resume(): void {
    this.#isStopped = false
  }
}

function byKind(value: (kind: FaultKind) => number): Record<FaultKind, number> {
  const entries = FAULT_KINDS.map((kind) => [kind, value(kind)] as const)
  return Object.fromEntries(entries) as Record<FaultKind, number>
}

/** The error by which the caller of a port learns that the connection was lost. */
export function lost({ kind }: Port): InjectedError {
  const prefix = kind === 'd1' ? 'D1_ERROR: ' : ''
  return new InjectedError(`${prefix}Network connection lost.`, { retryable: true })
}

/** The error by which a port says that it has too much to do. */
export function overloaded({ kind }: Port): InjectedError {
  switch (kind) {
    case 'd1':
      return new InjectedError('D1_ERROR: D1 DB is overloaded. Requests queued for too long.')
    case 'queue':
      return new InjectedError('Queue send failed: Too Many Requests')
    case 'http':
    case 'rpc':
    case 'object':
      return new InjectedError('Durable Object is overloaded. Requests queued for too long.', {
        overloaded: true,
      })
  }
}
