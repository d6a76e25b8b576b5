import type { Done } from '../buying.ts'
import type { Question } from '../load.ts'
import type { Sample } from '../result.ts'

/** A commerce backend that is measured. */
export interface Backend {
  readonly name: string
  /** What it was, by the name of its parts. */
  readonly versions: Readonly<Record<string, string>>
  /** Starts it on the products and orders that it has by then. */
  start(): Promise<RunningBackend>
}

export interface RunningBackend {
  readonly url: string
  /** What it consists of: each with all that it started. */
  readonly processes: readonly number[]
  /** Sent with every question for a page. */
  readonly headers: Readonly<Record<string, string>>
  readonly pages: Readonly<Record<string, Page>>
  openTill(inFlight: number): Till
  /** A crowd that wants the last units of one product. */
  readonly flash?: () => Promise<Sample[]>
  /** Waits until it has nothing left to do. */
  readonly settle: () => Promise<void>
  stop(): Promise<void>
}

export interface Page {
  readonly questions: readonly Question[]
  readonly isAnew?: boolean
  /** How many products each answer has at least. */
  readonly products: number
}

/** An order that is complete. */
export interface Completed extends Done {
  /** From the first request, ms. */
  readonly took: number
}

/** Where customers buy, with as many connections as there are orders in flight. */
export interface Till {
  /** Has the nth customer buy one unit of some product. @throws when that is refused */
  buy(n: number): Promise<Completed>
  close(): Promise<void>
}
