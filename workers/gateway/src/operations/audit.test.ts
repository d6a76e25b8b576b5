import { ok, refuse } from '@kiosk/contracts/primitives/result'
import type { AskedEvent, AuditPage, AuditRequest, EventFacts } from '@kiosk/contracts/rpc/audit'
import { readConfig } from '@kiosk/kit/config'
import { expect, it } from 'vitest'
import type { Auditors } from '../deps.ts'
import { Config } from '../env.ts'
import { audit, FROM_THE_START } from './audit.ts'

const window = { since: 0, cutoff: 1_000 }
const nothing: AuditPage = {
  findings: [],
  orders: [],
  payments: [],
  reservations: [],
  stock: [],
  events: [],
  checked: {},
  next: null,
}
const event: EventFacts = {
  eventId: 'evt_1',
  type: 'order.placed',
  destination: 'notifications',
  orderId: 'ord_1',
  userId: 'usr_1',
  saidAt: 1,
}

/** Six Workers, of which orders has so many pages; all calls are counted. */
function shop({ pages = 1, change = {} }: { pages?: number; change?: Partial<AuditPage> } = {}) {
  const calls: string[] = []
  function auditor(service: string, page: (request: AuditRequest) => AuditPage = () => nothing) {
    return {
      page: async (_call: unknown, request: AuditRequest) => {
        calls.push(service)
        return ok(page(request))
      },
      answer: async (_call: unknown, { events }: { events: readonly AskedEvent[] }) => {
        calls.push(`answer of ${service}`)
        const undelivered = events.map(({ eventId }) => ({ eventId, failure: null, letter: null }))
        return { undelivered, stock: [], reservations: [], orders: [], payments: [] }
      },
    }
  }
  const auditors = {
    catalog: auditor('catalog'),
    inventory: auditor('inventory'),
    orders: auditor('orders', ({ after }) => {
      const number = Number(after?.[1] ?? 0) + 1
      const next = number < pages ? (['orders', number] as const) : null
      return { ...nothing, ...change, checked: { orders: 10 }, next }
    }),
    payments: auditor('payments'),
    users: auditor('users'),
    notifications: auditor('notifications'),
  } as unknown as Auditors
  return { auditors, calls }
}

function depsOf(auditors: Auditors, vars: Record<string, string> = {}) {
  return { auditors, config: readConfig(vars, Config), now: Date.now }
}

it('asks every Worker, and those who must know, once', async () => {
  const { auditors, calls } = shop({ change: { events: [event] } })
  const { found, places } = await audit(depsOf(auditors), window, FROM_THE_START)
  expect(new Set(Object.values(places))).toEqual(new Set(['end']))
  expect(calls).toHaveLength(7)
  expect(calls).toContain('answer of notifications')
  expect(found).toMatchObject([{ service: 'notifications', invariant: 'event_lost' }])
})

it('goes through all pages, and adds up what it looked at', async () => {
  const { auditors } = shop({ pages: 5 })
  const { checked, places } = await audit(depsOf(auditors), window, FROM_THE_START)
  expect(checked).toEqual({ orders: 50 })
  expect(places.orders).toBe('end')
})

it('never makes more calls than it may, and goes on where it stopped', async () => {
  const { auditors, calls } = shop({ pages: 12, change: { events: [event] } })
  const deps = depsOf(auditors, { AUDIT_CALLS_MAX: '14' })
  let { places, checked } = await audit(deps, window, FROM_THE_START)
  let orders = checked['orders'] ?? 0
  while (places.orders !== 'end') {
    expect(calls.length).toBeLessThanOrEqual(14)
    calls.length = 0
    ;({ places, checked } = await audit(deps, window, places))
    orders += checked['orders'] ?? 0
  }
  expect(orders).toBe(120)
})

it('stops when its time is over', async () => {
  const { auditors } = shop({ pages: 3 })
  const deps = depsOf(auditors, { AUDIT_TIME_MS: '0' })
  const { places } = await audit(deps, window, FROM_THE_START)
  expect(places.orders).toEqual(['orders', 1])
})

it('is all or nothing: a Worker that is down makes it 503', async () => {
  const { auditors } = shop()
  const page = () => Promise.reject(new Error('down'))
  const deps = depsOf({ ...auditors, payments: { ...auditors.payments, page } })
  await expect(audit(deps, window, FROM_THE_START)).rejects.toMatchObject({ code: 'unavailable' })
})

it('does not wait for ever', async () => {
  const { auditors } = shop()
  const page = () => new Promise<never>(() => {})
  const stuck = { ...auditors, users: { page } }
  const deps = depsOf(stuck, { UPSTREAM_TIMEOUT_MS: '20' })
  await expect(audit(deps, window, FROM_THE_START)).rejects.toMatchObject({ code: 'unavailable' })
})

it('refuses a position that a Worker does not know', async () => {
  const { auditors } = shop()
  const page = async () => refuse({ code: 'no_such_position' } as const)
  const deps = depsOf({ ...auditors, users: { page } })
  await expect(audit(deps, window, FROM_THE_START)).rejects.toMatchObject({
    code: 'validation_failed',
  })
})
