import { beforeAll, describe, expect, it } from 'vitest'
import type { Violation } from './checks/violation.ts'
import { cancelWhilePaying } from './journeys/closed-while-paying.ts'
import type { Journey } from './journeys/journey.ts'
import { declinedThenPaid, happyPath } from './journeys/paying.ts'
import { refunds } from './journeys/refunds.ts'
import { casesOf, unionOf } from './plan.ts'
import { nameOf, type Fault, type Kind, type Point } from './seam/protocol.ts'
import { sharedShop } from './shared-shop.ts'
import type { ProvingShop } from './shop.ts'
import { tryOut } from './trial.ts'

let shop: ProvingShop

beforeAll(async () => {
  shop = await sharedShop()
})

function faultAt(worker: string, invocation: string, operation: string, kind: Kind): Fault {
  const point: Point = { worker, invocation, operation, occurrence: 1, effect: 'write' }
  return { point, kind }
}

async function invariantsBrokenBy(journey: Journey, fault: Fault | null): Promise<string[]> {
  const { hasStruck, violations } = await tryOut(shop, journey, fault)
  if (fault !== null) expect(hasStruck).toBe(true)
  return violations.map(({ invariant }) => invariant)
}

describe('the prover', () => {
  it('finds nothing wrong where nothing is', async () => {
    expect(await invariantsBrokenBy(happyPath, null)).toEqual([])
  })

  it('finds nothing wrong after a crash that the product recovers from', async () => {
    const crash = faultAt(
      'orders',
      'queue payment.succeeded',
      'INVENTORY_RPC.commit',
      'crash-after',
    )
    expect(await invariantsBrokenBy(declinedThenPaid, crash)).toEqual([])
  })

  it('finds that a message was lost', async () => {
    const loss = faultAt(
      'payments',
      'OutboxRelay.nudge',
      'QUEUE_ORDERS send payment.succeeded',
      'skip',
    )
    expect(await invariantsBrokenBy(declinedThenPaid, loss)).toContain('event_heard')
  })

  it('finds that stock was not deducted', async () => {
    const loss = faultAt('inventory', 'InventoryRpc.commit', 'STOCK.sell', 'skip')
    expect(await invariantsBrokenBy(declinedThenPaid, loss)).toContain('stock_held')
  })
})

/** `pnpm prove` tries all of them; here it is every so-manieth, so that all Workers and kinds have a turn. */
const STRIDE = 61

describe('a fault leaves everything whole', () => {
  it.each([happyPath, cancelWhilePaying, refunds])('in $name', async (journey) => {
    const { points, violations } = await tryOut(shop, journey, null)
    expect(violations).toEqual([])
    const cases = casesOf(journey, unionOf([points]))
    const chosen = cases.filter((_, index) => index % STRIDE === 0)
    const found: Record<string, readonly Violation[]> = {}
    let struck = 0
    for (const { point, kind } of chosen) {
      const trial = await tryOut(shop, journey, { point, kind })
      if (trial.hasStruck === true) struck += 1
      if (trial.violations.length > 0) found[`${kind} at ${nameOf(point)}`] = trial.violations
    }
    expect(found).toEqual({})
    // Not every point comes up in every run: what runs at once does not always meet.
    expect(struck).toBeGreaterThan(chosen.length / 2)
  })
})
