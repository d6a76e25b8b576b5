import { beforeAll, expect, it } from 'vitest'
import { collectFacts } from './checks/facts.ts'
import { findViolations } from './checks/invariants.ts'
import { cancelWhilePaying } from './journeys/closed-while-paying.ts'
import { declinedThenPaid, happyPath, noAnswer, threeDSecure } from './journeys/paying.ts'
import { refunds } from './journeys/refunds.ts'
import { sharedShop } from './shared-shop.ts'
import type { ProvingShop } from './shop.ts'
import { Stage } from './stage.ts'

/** Those in which nobody breaks what the others need. */
const JOURNEYS = [happyPath, declinedThenPaid, threeDSecure, noAnswer, cancelWhilePaying, refunds]
const TIMES_EACH = 2

let shop: ProvingShop

beforeAll(async () => {
  shop = await sharedShop()
})

// Local queues deliver in order, one batch at a time: without this they hide what production brings.
it('messages that come shuffled, twice, late and at once leave a crowd of orders whole', async () => {
  const journeys = Array.from({ length: TIMES_EACH }, () => JOURNEYS).flat()
  const crowd = await Promise.all(
    journeys.map(async (journey) => ({ journey, skus: await shop.stocked(journey.units) })),
  )
  const everybody = new Stage(
    shop,
    crowd.flatMap(({ skus }) => skus),
  )
  await shop.system.seams({ reset: true, unruly: true })
  const stages = await Promise.all(
    crowd.map(async ({ journey, skus }) => {
      const stage = new Stage(shop, skus)
      await journey.play(stage)
      return stage
    }),
  )
  await everybody.quiet()
  await shop.system.seams({ unruly: false })
  for (const { orders, keyed } of stages) {
    everybody.orders.push(...orders)
    everybody.keyed.push(...keyed)
  }
  const facts = await collectFacts(everybody)
  expect(findViolations(facts)).toEqual([])
  expect(facts.orders).toHaveLength(crowd.length)
  const settled = facts.orders.map(({ status, payment_status: paid }) => `${status} ${paid}`)
  expect(new Set(settled)).not.toContain('pending unpaid')
})
