import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'

/** What the figures were measured on. */
export interface Machine {
  readonly processors: number
  readonly processor: string
  readonly memoryGiB: number
  readonly system: string
}

export function describeMachine(): Machine {
  return {
    processors: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
  }
}

/** How much else went on during a round. */
export interface Noise {
  /** The same work takes longer when the machine is shared, ms. */
  readonly spinMs: number
  /** The share of all processor time that the host of a virtual machine took; null where unknown. */
  readonly stolen: number | null
  /** The share that processes which are no part of this took; null where unknown. */
  readonly others: number | null
}

const SPIN_STEPS = 40_000_000

/** Times a fixed piece of work, ms: the fastest of three, which is the one that was disturbed least. */
export function spin(): number {
  return Math.min(...Array.from({ length: 3 }, spinOnce))
}

function spinOnce(): number {
  const startedAt = performance.now()
  let hash = 1
  for (let step = 0; step < SPIN_STEPS; step++) hash = Math.imul(hash ^ step, 0x01000193)
  // Looked at, so that the loop cannot be left out.
  return hash === 0 ? 0 : performance.now() - startedAt
}

/** Processor time since the machine started, ticks. */
export interface Ticks {
  readonly total: number
  readonly busy: number
  readonly stolen: number
}

export function readTicks(): Ticks | null {
  try {
    return parseTicks(readFileSync('/proc/stat', 'utf8'))
  } catch {
    return null
  }
}

/** @param text of /proc/stat, whose first line has the sums over all processors. */
export function parseTicks(text: string): Ticks {
  // user, nice, system, idle, iowait, irq, softirq, steal; what guests took is in user.
  const times = text.split('\n')[0]?.trim().split(/\s+/).slice(1, 9).map(Number) ?? []
  const total = times.reduce((sum, time) => sum + time, 0)
  const [idle = 0, waiting = 0] = times.slice(3, 5)
  const stolen = times[7] ?? 0
  return { total, busy: total - idle - waiting - stolen, stolen }
}

const MS_PER_TICK = 10

/** The noise between two readings, of which `ownMs` of processor time were this benchmark's own. */
export function noiseBetween(
  before: Ticks | null,
  after: Ticks | null,
  ownMs: number,
  spinMs: number,
): Noise {
  if (before === null || after === null) return { spinMs, stolen: null, others: null }
  const total = Math.max(1, after.total - before.total)
  const others = after.busy - before.busy - ownMs / MS_PER_TICK
  return {
    spinMs,
    stolen: (after.stolen - before.stolen) / total,
    others: Math.max(0, others) / total,
  }
}

/** Why the figures should not be quoted; empty on a quiet machine. */
export function complaints(rounds: readonly Noise[]): string[] {
  const spins = rounds.map(({ spinMs }) => spinMs)
  const spread = Math.max(...spins) / Math.min(...spins) - 1
  const stolen = Math.max(...rounds.map((round) => round.stolen ?? 0))
  const others = Math.max(...rounds.map((round) => round.others ?? 0))
  return [
    ...(spread > SPREAD_MAX
      ? [`the same work took up to ${percent(spread)} longer in one round than in another`]
      : []),
    ...(stolen > STOLEN_MAX ? [`the host took up to ${percent(stolen)} of the processors`] : []),
    ...(others > OTHERS_MAX
      ? [`other processes took up to ${percent(others)} of the processors`]
      : []),
  ]
}

const SPREAD_MAX = 0.15
const STOLEN_MAX = 0.03
const OTHERS_MAX = 0.05

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}
