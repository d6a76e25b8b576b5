import type { Machine, Noise } from './machine.ts'
import type { Part } from './options.ts'
import { summarize, type Summary } from './statistics.ts'

export type Unit = 'per s' | 'ms' | 's' | 'µs' | 'MB' | 'KiB' | 'count' | 'share'

/** One number of one round. */
export interface Sample {
  /** Where it is not about the subject that was measured. */
  readonly subject?: string
  readonly metric: string
  readonly unit: Unit
  readonly value: number
}

/** One number of every round. */
export interface Figure {
  readonly subject: string
  readonly metric: string
  readonly unit: Unit
  readonly values: number[]
}

/** What is measured. Subjects take turns: each of them is measured once in every round. */
export interface Subject {
  readonly name: string
  readonly part: Part
  measure(): Promise<Sample[]>
}

/** All that a run found, as it is kept. */
export interface Result {
  readonly startedAt: string
  readonly tookSeconds: number
  readonly commit: string
  readonly settings: {
    readonly products: number
    readonly manyProducts: number
    readonly rounds: number
    readonly seconds: number
    readonly state: string
    readonly orders: number
  }
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  /** One entry per round. */
  readonly noise: readonly Noise[]
  readonly figures: readonly Figure[]
}

/** Collects the samples of rounds into figures. */
export class Figures {
  readonly #figures = new Map<string, Figure>()

  add(measured: string, samples: readonly Sample[]): void {
    for (const { subject = measured, metric, unit, value } of samples) {
      const key = `${subject}\0${metric}`
      const figure = this.#figures.get(key)
      if (figure === undefined) this.#figures.set(key, { subject, metric, unit, values: [value] })
      else figure.values.push(value)
    }
  }

  all(): Figure[] {
    return [...this.#figures.values()]
  }
}

/** A figure over its rounds; null where it was not measured. */
export function summaryOf(
  { figures }: Pick<Result, 'figures'>,
  subject: string,
  metric: string,
): Summary | null {
  const found = figures.find((figure) => figure.subject === subject && figure.metric === metric)
  return found === undefined ? null : summarize(found.values)
}

/** The median of a figure over its rounds; null where it was not measured. */
export function medianOf(
  result: Pick<Result, 'figures'>,
  subject: string,
  metric: string,
): number | null {
  return summaryOf(result, subject, metric)?.median ?? null
}
