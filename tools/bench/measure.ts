import { noiseBetween, readTicks, type Noise } from './machine.ts'
import { cpuMs, familyCpuMs } from './processes.ts'
import type { Figures, Subject } from './result.ts'
import type { RunningShop } from './running-shop.ts'

interface Rounds {
  readonly subjects: readonly Subject[]
  /** Measured at the end of every round, after all others. */
  readonly last: readonly Subject[]
  readonly count: number
  /** What runs all the time; the time it takes is no noise. */
  readonly shops: readonly RunningShop[]
  /** Times a fixed piece of work. */
  readonly spin: () => number
  readonly onTurn: (turn: string, done: number, total: number) => void
}

/**
 * Measures every subject once per round, so that what changes with time (other work on the machine, its
 * temperature, a shop that has more orders) meets all of them; in every round another one is first.
 */
export async function measureRounds(rounds: Rounds, figures: Figures): Promise<Noise[]> {
  const { subjects, last, count, shops, spin, onTurn } = rounds
  const total = count * (subjects.length + last.length)
  const noise: Noise[] = []
  let done = 0
  for (let round = 0; round < count; round++) {
    const before = { ticks: readTicks(), own: ownMs(shops) }
    const spins = [spin()]
    for (const subject of [...rotated(subjects, round), ...last]) {
      onTurn(`round ${round + 1} of ${count} · ${subject.name}`, done, total)
      for (const shop of shops) await shop.settle()
      figures.add(subject.name, await subject.measure())
      done += 1
    }
    spins.push(spin())
    const own = ownMs(shops) - before.own
    noise.push(noiseBetween(before.ticks, readTicks(), own, Math.max(...spins)))
  }
  return noise
}

function ownMs(shops: readonly RunningShop[]): number {
  const pids = shops.flatMap(({ runtime, host }) => [runtime, host])
  return (familyCpuMs(process.pid) ?? 0) + pids.reduce((sum, pid) => sum + (cpuMs(pid) ?? 0), 0)
}

/** In round n, what was in place n is first. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  const from = list.length === 0 ? 0 : by % list.length
  return [...list.slice(from), ...list.slice(0, from)]
}
