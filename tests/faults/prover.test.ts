import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Journey } from './journeys/journey.ts'
import { declinedThenPaid, happyPath } from './journeys/paying.ts'
import type { Fault, Kind, Point } from './seam/protocol.ts'
import { ProvingShop } from './shop.ts'
import { startFaultySystem } from './system.ts'
import { tryOut } from './trial.ts'

let shop: ProvingShop

beforeAll(async () => {
  shop = await ProvingShop.open(await startFaultySystem())
})

afterAll(() => shop.system.close())

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
    const loss = faultAt('inventory', 'InventoryRpc.commit', 'STOCK.deduct', 'skip')
    expect(await invariantsBrokenBy(declinedThenPaid, loss)).toContain('stock_pinned')
  })
})
