import type { AuditReport } from '@kiosk/contracts/http/audit'
import { INVARIANTS, type Invariant } from '@kiosk/contracts/invariants'
import { encodeCursor } from '@kiosk/kit/cursor'
import pMap from 'p-map'
import { beforeAll, describe, expect, it } from 'vitest'
import { PLANTS } from './audit-plants.ts'
import { auditShop } from './audit.ts'
import { eventually, startSystem, type System } from './harness.ts'
import { bought, mailArrives, orderBecomes, pay, paymentBecomes, placed, Shop } from './shop.ts'
import { Vandal } from './vandal.ts'

/** Pages as small as these make every walk have several. */
const SMALL_PAGES = { AUDIT_ROWS_MAX: '5' }

let system: System
let shop: Shop

// What is planted here stays, so nobody else may use this system.
beforeAll(async () => {
  system = await startSystem(SMALL_PAGES)
  shop = await Shop.open(system)
})

/** Waits until there is nothing that the strictest audit objects to. */
function quietShop(): Promise<AuditReport> {
  return eventually(
    async () => {
      const report = await auditShop(shop.admin, { graceSeconds: 0 })
      expect(report.violations).toEqual([])
      return report
    },
    { timeoutMs: 60_000 },
  )
}

describe('an audit of a healthy shop', () => {
  it('finds nothing once it is quiet, whatever happened', async () => {
    const ada = await shop.customer()
    const sku = await shop.sku(20)
    const { order, payment } = await bought(ada, sku, 2)
    await Promise.all([shop.refund(payment.id, 100), shop.ship(order.id)])
    const { order: cancelled, payment: returned } = await bought(ada, sku)
    await ada.call(`/v1/orders/${cancelled.id}/cancel`, { body: {} })
    const unpaid = await placed(ada, sku)
    await pay(ada, unpaid.id, 'tok_declined')
    await pay(ada, unpaid.id, 'tok_3ds')
    const unanswered = await placed(ada, sku)
    await pay(ada, unanswered.id, 'tok_no_answer')
    await Promise.all([
      paymentBecomes(ada, returned.id, { status: 'refunded' }),
      orderBecomes(ada, unanswered.id, { status: 'processing' }),
      orderBecomes(ada, cancelled.id, { paymentStatus: 'refunded' }),
      mailArrives(ada, order.id, 'order_shipped'),
    ])
    const { checked } = await quietShop()
    expect(checked).toMatchObject({ orders: 4, skus: 1, claims: expect.any(Number) as number })
    expect(checked['payments']).toBeGreaterThanOrEqual(5)
    expect(checked['reservations']).toBe(2)
    expect(checked['events']).toBeGreaterThan(10)
  })

  it('finds nothing while it is busy, if it ignores what is young', async () => {
    const ada = await shop.customer()
    const skus = await Promise.all([shop.sku(10), shop.sku(10)])
    const buying = Promise.all(skus.flatMap((sku) => [1, 2, 3].map(() => bought(ada, sku))))
    let done = false
    void buying.finally(() => (done = true))
    while (!done) {
      const { violations } = await auditShop(shop.admin, { graceSeconds: 30 })
      expect(violations).toEqual([])
    }
    await buying
    await quietShop()
  })

  it('looks only at what is older than the grace, and changed since a time', async () => {
    const none = await auditShop(shop.admin, { graceSeconds: 86_400 })
    expect(none.checked).toMatchObject({ orders: 0, payments: 0, events: 0 })
    const since = new Date().toISOString()
    const { id } = await placed(await shop.customer(), await shop.sku(1))
    expect(id).toMatch(/^ord_/)
    const { checked } = await auditShop(shop.admin, { graceSeconds: 0, since })
    expect(checked).toMatchObject({ orders: 1, payments: 0 })
  })
})

describe('what it does not accept', () => {
  const forged = (place: unknown) =>
    encodeCursor(Array.from({ length: 6 }, () => JSON.stringify(place)))
  it.each([
    'graceSeconds=-1',
    'graceSeconds=1.5',
    'graceSeconds=86401',
    'graceSeconds=soon',
    'since=yesterday',
    'cursor=nonsense',
    `cursor=${encodeCursor(['orders'])}`,
    `cursor=${forged(['no-such-section', 'x'])}`,
    `cursor=${forged(['published', 'x'])}`,
    `cursor=${forged(null)}`,
  ])('%s is 400', async (query) => {
    const answer = await shop.admin.call(`/v1/ops/audit?${query}`)
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
  })
})

describe('planted by hand', () => {
  const planted = new Map<Invariant, Readonly<Record<string, string>>>()
  let report: AuditReport
  let withGrace: AuditReport

  beforeAll(async () => {
    await quietShop()
    const vandal = new Vandal(shop, await shop.customer())
    await vandal.sql('payments', 'DROP INDEX payments_active')
    const { reconciliation_overdue: last, ...plants } = PLANTS
    const all = Object.entries(plants) as [Invariant, typeof last][]
    await pMap(all, async ([name, plant]) => planted.set(name, await plant(vandal)), {
      concurrency: 4,
    })
    // From here on reconciliation is stuck.
    planted.set('reconciliation_overdue', await last(vandal))
    report = await auditShop(shop.admin, { graceSeconds: 0 })
    withGrace = await auditShop(shop.admin, { graceSeconds: 3_600 })
  }, 240_000)

  it.each(Object.keys(INVARIANTS) as Invariant[])('%s is found', (invariant) => {
    const ids = planted.get(invariant)
    const found = report.violations.filter((violation) => violation.invariant === invariant)
    expect(found).toContainEqual(expect.objectContaining({ ids: expect.objectContaining(ids) }))
    for (const { detail, remedy } of found) {
      expect(detail).toMatch(/^\S.*\.$/)
      expect(remedy).not.toContain('undefined')
    }
  })

  it('names the call that mends it, with its ids', () => {
    const { letterId = '' } = planted.get('dead_letter_waiting') ?? {}
    const waiting = report.violations.find(({ ids }) => ids['letterId'] === letterId)
    expect(waiting).toMatchObject({
      service: 'catalog',
      remedy: expect.stringContaining(`POST /v1/ops/dead-letters/${letterId}/replay`) as string,
    })
  })

  it('is ignored while it is young', () => {
    const { eventId } = planted.get('event_lost') ?? {}
    const isAbout = (violation: { ids: Record<string, string> }) =>
      violation.ids['eventId'] === eventId
    expect(report.violations.some(isAbout)).toBe(true)
    expect(withGrace.violations.some(isAbout)).toBe(false)
  })

  it('is logged by the cron, each with its ids, and counted', async () => {
    await system.worker('gateway').scheduled({ cron: '17 3 * * *' })
    const lines = system.logs().filter((line) => line.includes('"service":"gateway"'))
    const { letterId = '' } = planted.get('dead_letter_waiting') ?? {}
    expect(lines.some((line) => line.includes('"violation"') && line.includes(letterId))).toBe(true)
    expect(lines.some((line) => line.includes('"message":"audit"'))).toBe(true)
  })
})
