import type { Facts } from '../checks/facts.ts'
import type { Hold } from '../durations.ts'
import type { Stage } from '../stage.ts'

/** Units for a journey in which stock does not run out: such a SKU is stocked once, for many of them. */
export const ENOUGH = 1_000

/** A way through the shop that a fault is thrown into. */
export interface Journey {
  readonly name: string
  /** How long the shop holds stock. */
  readonly hold: Hold
  /** Units of each SKU that the journey starts with. */
  readonly units: readonly number[]
  /**
   * Whether faults are thrown into what it shares with the other journeys too. That is so in those that
   * have more of it than the rest: several SKUs, several customers, the most mails.
   */
  readonly triesShared?: boolean
  /** What people do. It goes on as people would, whatever a fault makes of the answers. */
  play(stage: Stage): Promise<void>
  /** How it must end, beyond the invariants: what is wrong, in words. */
  ends(facts: Facts): readonly string[]
}
