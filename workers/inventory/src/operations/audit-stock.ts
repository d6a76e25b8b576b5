import type {
  EventFacts,
  Finding,
  ReservationFacts,
  ReservationsOfSku,
  StockFacts,
} from '@kiosk/contracts/rpc/audit'
import type { AuditPart, AuditStep } from '@kiosk/kit/audit'
import { auditUnsent } from '@kiosk/kit/audit-rules'
import type { Deps } from '../deps.ts'
import { auditSku } from '../domain/audit.ts'
import type { SkuPlace, SkuReport } from '../objects/sku-audit.ts'
import { listedStock, listSkus } from '../store/audit-store.ts'
import { inParallel } from './in-parallel.ts'

/** A SKU, and where in it to go on; two empty texts: at its end. */
export type StockPlace = [sku: string, reservationId: string, eventId: string]

const OBJECTS_AT_ONCE = 10
const DONE = { reservationId: '', eventId: '' }

type AuditDeps = Pick<Deps, 'db' | 'stock'>

/**
 * Asks the objects of some SKUs what they hold. If one of them has more to tell than one answer takes, the
 * step ends there, and the next one goes on within it.
 */
export async function auditStock(
  deps: AuditDeps,
  step: AuditStep<StockPlace>,
): Promise<AuditPart<StockPlace>> {
  const [sku, reservationId = '', eventId = ''] = step.after ?? []
  if (sku !== undefined && (reservationId !== '' || eventId !== '')) {
    return goOn(deps, step, sku, { reservationId, eventId })
  }
  const { since, limit } = step
  const found = await listSkus(deps.db, { since, after: sku ?? null, limit: limit + 1 })
  const skus = found.slice(0, limit)
  const reports = await askAll(deps, skus, step, null)
  const cutAt = reports.findIndex((report) => report !== null && report.next !== null)
  const told = cutAt < 0 ? reports : reports.slice(0, cutAt + 1)
  const listed = await listedStock(deps.db, skus)
  const findings = told.flatMap((report) => (report === null ? [] : judge(report, listed, step)))
  return { ...factsOf(told), findings, checked: countsOf(told), next: nextPlace() }

  function nextPlace(): StockPlace | null {
    const cut = reports[cutAt]
    if (cut?.next) return [cut.sku.sku, cut.next.reservationId, cut.next.eventId]
    const last = skus.at(-1)
    return found.length > limit && last !== undefined ? [last, '', ''] : null
  }
}

/** The rest of a SKU that has more than one answer takes. Its balance was judged with its first part. */
async function goOn(
  deps: AuditDeps,
  step: AuditStep<StockPlace>,
  sku: string,
  after: SkuPlace,
): Promise<AuditPart<StockPlace>> {
  const [report = null] = await askAll(deps, [sku], step, after)
  const { reservationId, eventId } = report?.next ?? DONE
  const { stock: _told, ...facts } = factsOf([report])
  const { skus: _again, ...checked } = countsOf([report])
  return { ...facts, checked, next: [sku, reservationId, eventId] }
}

async function askAll(
  deps: AuditDeps,
  skus: readonly string[],
  { since, cutoff, limit }: AuditStep<StockPlace>,
  after: SkuPlace | null,
): Promise<(SkuReport | null)[]> {
  const reports = new Map<string, SkuReport | null>()
  await inParallel(skus, OBJECTS_AT_ONCE, async (sku) => {
    reports.set(sku, await deps.stock.getByName(sku).audit({ since, cutoff, after, limit }))
  })
  return skus.map((sku) => reports.get(sku) ?? null)
}

function judge(
  { sku, unsent }: SkuReport,
  listed: Awaited<ReturnType<typeof listedStock>>,
  { cutoff }: AuditStep<StockPlace>,
): Finding[] {
  const stuck = unsent.map(auditUnsent)
  return [
    ...auditSku(sku, listed.get(sku.sku) ?? null, cutoff),
    ...stuck.map((finding) => ({ ...finding, ids: { ...finding.ids, sku: sku.sku } })),
  ]
}

interface Facts {
  readonly reservations: ReservationFacts[]
  readonly events: EventFacts[]
  readonly stock: StockFacts[]
}

function factsOf(reports: readonly (SkuReport | null)[]): Facts {
  const known = reports.filter((report) => report !== null)
  return {
    reservations: known.flatMap(({ reservations }) => reservations),
    events: known.flatMap(({ events }) => events),
    stock: known.flatMap(({ told }) => (told === null ? [] : [told])),
  }
}

function countsOf(reports: readonly (SkuReport | null)[]) {
  const { reservations, events } = factsOf(reports)
  return { skus: reports.length, reservations: reservations.length, events: events.length }
}

/** How some reservations stand, as their SKUs' objects know them. */
export async function findReservations(
  deps: Pick<Deps, 'stock'>,
  asked: readonly ReservationsOfSku[],
): Promise<ReservationFacts[]> {
  const found: ReservationFacts[] = []
  await inParallel(asked, OBJECTS_AT_ONCE, async ({ sku, reservationIds }) => {
    found.push(...(await deps.stock.getByName(sku).reservationsOf(sku, reservationIds)))
  })
  return found
}
