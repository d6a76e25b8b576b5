import { collectFacts, type Facts } from './checks/facts.ts'
import { findViolations } from './checks/invariants.ts'
import type { Violation } from './checks/violation.ts'
import type { Journey } from './journeys/journey.ts'
import type { Fault, Point } from './seam/protocol.ts'
import type { ProvingShop } from './shop.ts'
import { Stage } from './stage.ts'

/** What came of one run of a journey. */
export interface Trial {
  /** Whether the fault struck; null without one. */
  readonly hasStruck: boolean | null
  readonly points: readonly Point[]
  readonly violations: readonly Violation[]
  readonly durationMs: number
  /** Where there were violations: what the Workers logged last, and what was found. */
  readonly log: readonly string[]
  readonly facts: Facts | null
}

/** The shop did not come to rest before a journey: something of an earlier one is still under way. */
export class NotReady extends Error {
  override readonly name = 'NotReady'
}

/**
 * Plays a journey once, with one fault or none, lets the system recover by itself, and checks everything.
 * @throws NotReady
 */
export async function tryOut(
  shop: ProvingShop,
  journey: Journey,
  fault: Fault | null,
): Promise<Trial> {
  const { system } = shop
  const skus = await stockedAtRest(shop, journey)
  const stage = new Stage(shop, skus)
  await system.seams({ reset: true })
  if (fault !== null) await system.seam({ gateway: {}, [fault.point.worker]: { arm: fault } })

  const violations: Violation[] = []
  let facts: Facts | null = null
  let played: Awaited<ReturnType<typeof system.seams>> = {}
  try {
    await journey.play(stage)
    await stage.quiet()
    // Before the checks, which call the API too.
    if (fault === null) played = await system.seams({ points: true })
    facts = await collectFacts(stage)
    violations.push(...findViolations(facts))
    for (const detail of journey.ends(facts)) violations.push({ invariant: 'ending', detail })
  } catch (error) {
    violations.push({ invariant: 'answer', detail: String(error) })
  }
  const replies = Object.values(await system.seams(violations.length > 0 ? { log: true } : {}))
  return {
    hasStruck: fault === null ? null : replies.some(({ hits }) => hits > 0),
    points: Object.values(played).flatMap(({ points = [] }) => points),
    violations,
    durationMs: Date.now() - stage.startedAt,
    log: replies.flatMap(({ log = [] }) => log),
    facts,
  }
}

async function stockedAtRest(shop: ProvingShop, journey: Journey): Promise<string[]> {
  try {
    const skus = await shop.stocked(journey.units)
    await new Stage(shop, skus).quiet()
    return skus
  } catch (error) {
    throw new NotReady(String(error))
  }
}
