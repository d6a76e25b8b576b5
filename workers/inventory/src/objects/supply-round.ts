import { suppliedTo, type Bucket, type BucketReport } from '../domain/supply.ts'

/**
 * One time that home asks its buckets for units. It remembers what was known when it began, so that it can
 * say whether there was a moment at which none of them had any.
 */
export class Round {
  readonly number: number
  /** How often home had given units away when it began. */
  readonly gifts: number
  readonly #atHome: number
  readonly #known: ReadonlyMap<number, Bucket>
  readonly #heard = new Map<number, BucketReport>()

  constructor(number: number, gifts: number, atHome: number, known: readonly Bucket[]) {
    this.number = number
    this.gifts = gifts
    this.#atHome = atHome
    this.#known = new Map(known.map((bucket) => [bucket.bucket, bucket]))
  }

  hear(report: BucketReport): BucketReport {
    this.#heard.set(report.bucket, report)
    return report
  }

  hasHeard(bucket: number): boolean {
    return this.#heard.has(bucket)
  }

  get unsettled(): number {
    return [...this.#heard.values()].reduce((sum, { unsettled }) => sum + unsettled, 0)
  }

  /**
   * Whether, when the round began, home and all buckets but one had fewer units than were wanted. A bucket
   * whose stock has not risen since it last reported had at most what it reported then.
   */
  isSure(but: number, wanted: number, gifts: number): boolean {
    if (gifts !== this.gifts) return false
    let units = this.#atHome
    for (const [number, bucket] of this.#known) {
      if (number === but) continue
      if (this.#heard.get(number)?.rises !== bucket.rises) return false
      units += suppliedTo(bucket)
    }
    return units < wanted
  }
}
