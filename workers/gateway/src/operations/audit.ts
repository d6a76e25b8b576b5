import type { Subscriber } from '@kiosk/contracts/events'
import type {
  AuditFacts,
  AuditPage,
  AuditPosition,
  AuditWindow,
  Undelivered,
} from '@kiosk/contracts/rpc/audit'
import { sumCounts } from '@kiosk/kit/audit'
import { callContext } from '@kiosk/kit/context'
import { ProblemError } from '@kiosk/kit/problem'
import { type Deps, type Service, SERVICES } from '../deps.ts'
import type { Found } from '../domain/audit-orders.ts'
import { compare, once, questionsAbout, type Answers } from '../domain/audit.ts'
import { askService } from '../upstream.ts'

/** Where the audit of each service goes on: from the start, from a position, or not at all. */
export type Places = Readonly<Record<Service, 'start' | AuditPosition | 'end'>>

export const FROM_THE_START: Places = {
  catalog: 'start',
  inventory: 'start',
  orders: 'start',
  payments: 'start',
  users: 'start',
  notifications: 'start',
}

interface Audit {
  readonly found: readonly Found[]
  readonly checked: Readonly<Record<string, number>>
  readonly places: Places
}

type AuditDeps = Pick<Deps, 'auditors' | 'config' | 'now'>

/** The services that are asked to compare: all but users, which hears nothing and is named by nobody. */
const ANSWERS_MAX = 5

/**
 * Asks every Worker for a page of its own audit, then the others whether they agree with it, and so on while
 * calls and time are left.
 */
export async function audit(deps: AuditDeps, window: AuditWindow, from: Places): Promise<Audit> {
  const { AUDIT_CALLS_MAX, AUDIT_TIME_MS } = deps.config
  const until = deps.now() + AUDIT_TIME_MS
  const found: Found[] = []
  const counts: Readonly<Record<string, number>>[] = []
  let places = from
  let calls = 0
  for (let open = openOf(places); open.length > 0; open = openOf(places)) {
    const mayAsk = calls + open.length + ANSWERS_MAX <= AUDIT_CALLS_MAX && deps.now() < until
    if (calls > 0 && !mayAsk) break
    const pages = await Promise.all(
      open.map(async (service) => ({ service, ...(await page(deps, service, window, places)) })),
    )
    const facts = mergeFacts(pages)
    const { answers, asked } = await ask(deps, facts)
    for (const { service, findings } of pages) {
      found.push(...findings.map((finding) => ({ service, ...finding })))
    }
    found.push(...compare(facts, answers, window.cutoff))
    counts.push(...pages.map(({ checked }) => checked))
    calls += open.length + asked
    const ends = pages.map(({ service, next }) => [service, next ?? 'end'] as const)
    places = { ...places, ...Object.fromEntries(ends) }
  }
  return { found: once(found), checked: sumCounts(counts), places }
}

function openOf(places: Places): Service[] {
  return SERVICES.filter((service) => places[service] !== 'end')
}

async function page(
  { auditors, config }: AuditDeps,
  service: Service,
  window: AuditWindow,
  places: Places,
): Promise<AuditPage> {
  const place = places[service]
  const after = place === 'start' || place === 'end' ? null : place
  const request = { ...window, after, limit: config.AUDIT_ROWS_MAX }
  const result = await inTime(config, service, auditors[service].page(callContext(), request))
  if (result.ok) return result.value
  throw new ProblemError('validation_failed', 'The cursor is not one that an audit gave', {
    errors: [{ path: 'cursor', message: 'is not a cursor of an audit' }],
  })
}

/** Asks those who know whether what was found in one service is what the others have. */
async function ask(
  { auditors, config }: AuditDeps,
  facts: AuditFacts,
): Promise<{ answers: Answers; asked: number }> {
  const call = callContext()
  const { orderIds, paymentsOf, reservations, skus, events } = questionsAbout(facts)
  const about = (service: Subscriber) => ({ events: events.get(service) ?? [] })
  const undelivered = new Map<Subscriber, readonly Undelivered[]>()
  let asked = 0

  /** The answer of a service, or null when there is nothing to ask it. */
  async function from<T extends { readonly undelivered: readonly Undelivered[] }>(
    service: Subscriber,
    others: readonly unknown[],
    answer: () => Promise<T>,
  ): Promise<T | null> {
    if (others.length === 0 && about(service).events.length === 0) return null
    asked += 1
    const answered = await inTime(config, service, answer())
    undelivered.set(service, answered.undelivered)
    return answered
  }

  const [catalog, inventory, orders, payments] = await Promise.all([
    from('catalog', skus, () => auditors.catalog.answer(call, { ...about('catalog'), skus })),
    from('inventory', reservations, () =>
      auditors.inventory.answer(call, { ...about('inventory'), reservations }),
    ),
    from('orders', orderIds, () => auditors.orders.answer(call, { ...about('orders'), orderIds })),
    from('payments', paymentsOf, () =>
      auditors.payments.answer(call, { ...about('payments'), orderIds: paymentsOf }),
    ),
    from('notifications', [], () => auditors.notifications.answer(call, about('notifications'))),
  ])
  const answers = {
    stock: catalog?.stock ?? [],
    reservations: inventory?.reservations ?? [],
    orders: orders?.orders ?? [],
    payments: payments?.payments ?? [],
    undelivered,
  }
  return { answers, asked }
}

/** A call of another Worker cannot be cut off, but nobody has to wait for it. */
function inTime<T>(config: Deps['config'], service: Service, answer: Promise<T>): Promise<T> {
  const limit = config.UPSTREAM_TIMEOUT_MS
  return askService(service, async () => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit)
    })
    try {
      return await Promise.race([answer, tooLate])
    } finally {
      clearTimeout(timer)
    }
  })
}

function mergeFacts(pages: readonly AuditFacts[]): AuditFacts {
  return {
    orders: pages.flatMap(({ orders }) => orders),
    payments: pages.flatMap(({ payments }) => payments),
    reservations: pages.flatMap(({ reservations }) => reservations),
    stock: pages.flatMap(({ stock }) => stock),
    events: pages.flatMap(({ events }) => events),
  }
}
