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
import { auditSku, auditTransfers } from '../domain/audit.ts'
import { bucketNamed, objectName, type BucketRef } from '../domain/split.ts'
import type { SkuPlace, SkuReport } from '../objects/sku-audit.ts'
import { listedStock, listSkus } from '../store/audit-store.ts'
import { inParallel } from './in-parallel.ts'

/** An object of a SKU, and where in it to go on; two empty texts: at its end. */
export type StockPlace = [object: string, reservationId: string, eventId: string]

const OBJECTS_AT_ONCE = 10
const DONE = { reservationId: '', eventId: '' }
/** Stands behind every bucket that a SKU can have. */
const ALL_BUCKETS = 99

type AuditDeps = Pick<Deps, 'db' | 'stock'>

/**
 * Asks the objects of some SKUs what they hold. If one of them has more to tell than one answer takes, the
 * step ends there, and the next one goes on within it.
 */
export async function auditStock(
  deps: AuditDeps,
  step: AuditStep<StockPlace>,
): Promise<AuditPart<StockPlace>> {
  const [name, reservationId = '', eventId = ''] = step.after ?? []
  if (name !== undefined && (reservationId !== '' || eventId !== '')) {
    return goOn(deps, step, name, { reservationId, eventId })
  }
  const { since, limit } = step
  const begun = name === undefined ? null : bucketNamed(name)
  const after = begun?.sku ?? null
  const found = await listSkus(deps.db, { since, after, limit: limit + 1 })
  const skus = found.slice(0, limit)
  const asked = [...(await askRest(deps, begun, step)), ...(await askShelves(deps, skus, step))]
  const cutAt = asked.findIndex(({ report }) => report !== null && report.next !== null)
  const told = cutAt < 0 ? asked : asked.slice(0, cutAt + 1)
  const reports = told.map(({ report }) => report)
  const listed = await listedStock(deps.db, skus)
  const findings = reports.flatMap((report) =>
    report === null ? [] : judge(report, listed, reports, step),
  )
  return { ...factsOf(reports), findings, checked: countsOf(reports), next: nextPlace() }

  function nextPlace(): StockPlace | null {
    const cut = asked[cutAt]
    if (cut?.report?.next) return [cut.name, cut.report.next.reservationId, cut.report.next.eventId]
    const last = skus.at(-1)
    if (found.length <= limit || last === undefined) return null
    return [objectName({ sku: last, bucket: ALL_BUCKETS }), '', '']
  }
}

/** What one object of a SKU said. */
interface Told {
  readonly name: string
  readonly report: SkuReport | null
}

/** Every object of some SKUs, each SKU's home first. */
async function askShelves(
  deps: AuditDeps,
  skus: readonly string[],
  step: AuditStep<StockPlace>,
): Promise<Told[]> {
  const homes = await askAll(deps, skus, step, null)
  const rest = homes.flatMap(({ name, report }) => bucketsAfter(name, 0, report?.buckets ?? 1))
  const buckets = rest.length === 0 ? [] : await askAll(deps, rest, step, null)
  return [...homes, ...buckets].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The buckets of a SKU that come after one in which the last step had ended. */
async function askRest(
  deps: AuditDeps,
  begun: BucketRef | null,
  step: AuditStep<StockPlace>,
): Promise<Told[]> {
  if (begun === null || begun.bucket === ALL_BUCKETS) return []
  const count = await deps.stock.getByName(begun.sku).bucketCount()
  return askAll(deps, bucketsAfter(begun.sku, begun.bucket, count), step, null)
}

function bucketsAfter(sku: string, bucket: number, count: number): string[] {
  return Array.from({ length: Math.max(0, count - 1 - bucket) }, (_, n) =>
    objectName({ sku, bucket: bucket + 1 + n }),
  )
}

/** The rest of a SKU that has more than one answer takes. Its balance was judged with its first part. */
async function goOn(
  deps: AuditDeps,
  step: AuditStep<StockPlace>,
  name: string,
  after: SkuPlace,
): Promise<AuditPart<StockPlace>> {
  const [told] = await askAll(deps, [name], step, after)
  const report = told?.report ?? null
  const { reservationId, eventId } = report?.next ?? DONE
  const { stock: _told, ...facts } = factsOf([report])
  const { skus: _again, ...checked } = countsOf([report])
  return { ...facts, checked, next: [name, reservationId, eventId] }
}

async function askAll(
  deps: AuditDeps,
  names: readonly string[],
  { since, cutoff, limit }: AuditStep<StockPlace>,
  after: SkuPlace | null,
): Promise<Told[]> {
  const reports = new Map<string, SkuReport | null>()
  await inParallel(names, OBJECTS_AT_ONCE, async (name) => {
    reports.set(name, await deps.stock.getByName(name).audit({ since, cutoff, after, limit }))
  })
  return names.map((name) => ({ name, report: reports.get(name) ?? null }))
}

function judge(
  { sku, unsent, transfers }: SkuReport,
  listed: Awaited<ReturnType<typeof listedStock>>,
  reports: readonly (SkuReport | null)[],
  { cutoff }: AuditStep<StockPlace>,
): Finding[] {
  const stuck = unsent.map(auditUnsent)
  return [
    ...auditSku(sku, listed.get(sku.sku) ?? null, cutoff),
    ...stuck.map((finding) => ({ ...finding, ids: { ...finding.ids, sku: sku.sku } })),
    ...transfers.flatMap((home) => {
      const other = reports.find((each) => each?.sku.sku === sku.sku && each.bucket === home.bucket)
      const bucket = other?.transfers[0]
      const isPair = sku.bucket === 0 && bucket !== undefined
      return isPair ? auditTransfers(sku.sku, { home, bucket }, cutoff) : []
    }),
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
  const skus = reports.filter((report) => (report?.bucket ?? 0) === 0).length
  return { skus, reservations: reservations.length, events: events.length }
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
