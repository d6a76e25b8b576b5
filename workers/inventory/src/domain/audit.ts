import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Finding } from '@kiosk/contracts/rpc/audit'

/** The row that lists show of a SKU. */
export interface ListedStock {
  readonly onHand: number
  readonly reserved: number
  readonly version: number
}

/** What a SKU's object says of itself. */
export interface AuditedSku extends ListedStock {
  readonly sku: string
  /** Which bucket of split stock it is; none: home. */
  readonly bucket?: number
  /** What it has with its other buckets, as far as it knows; none: there are no others. */
  readonly whole?: ListedStock
  /** What the movements sum up to. */
  readonly moved: number
  /** What the reservations that are held or pinned sum up to. */
  readonly promised: number
  /** The earliest deadline of a hold. */
  readonly heldUntil: number | null
  /** When its balance is to be announced, or its row written. */
  readonly announceAt: number | null
  readonly indexAt: number | null
  readonly indexedVersion: number
  /** Reservations of staff that were pinned by a commit which did not end. */
  readonly leftPinned: readonly { readonly reservationId: string; readonly changedAt: number }[]
}

/** Units that one end has sent to another and received from it, ever. */
export interface Transfers {
  readonly bucket: number
  readonly sent: number
  readonly received: number
  /** When it last sent or received some (epoch ms). */
  readonly changedAt: number
}

/** What home and a bucket say of the units between them, where both have rested since before the cutoff. */
export function auditTransfers(
  sku: string,
  { home, bucket }: { readonly home: Transfers; readonly bucket: Transfers },
  cutoff: number,
): Finding[] {
  if (home.changedAt > cutoff || bucket.changedAt > cutoff) return []
  const outbound = home.sent - bucket.received
  const inbound = bucket.sent - home.received
  if (outbound === 0 && inbound === 0) return []
  const detail = `Between home and bucket ${home.bucket}, ${outbound} units that home sent and ${inbound} that it was sent have not arrived.`
  const ids = { sku, bucket: String(home.bucket) }
  return [{ invariant: 'stock_lost_between_buckets', ids, detail }]
}

/** What is wrong with a SKU. `listed` is its row, read after the object was asked. */
export function auditSku(sku: AuditedSku, listed: ListedStock | null, cutoff: number): Finding[] {
  return [...auditBalance(sku), ...auditWork(sku, cutoff), ...auditListed(sku, listed, cutoff)]
}

function auditBalance(stock: AuditedSku): Finding[] {
  const { sku, onHand, reserved, moved, promised } = stock
  const findings: Finding[] = []
  if (onHand !== moved) {
    const detail = `${onHand} units are on hand; its movements sum up to ${moved}.`
    findings.push({ invariant: 'stock_differs_from_movements', ids: { sku }, detail })
  }
  if (reserved < 0 || reserved > onHand) {
    const detail = `${reserved} units are reserved of ${onHand} on hand.`
    findings.push({ invariant: 'stock_out_of_bounds', ids: { sku }, detail })
  }
  if (reserved !== promised) {
    const detail = `${reserved} units are reserved; its held and pinned reservations sum up to ${promised}.`
    findings.push({ invariant: 'reserved_differs_from_reservations', ids: { sku }, detail })
  }
  return findings
}

/** What the object's alarm was to do, and what a commit left behind. */
function auditWork(stock: AuditedSku, cutoff: number): Finding[] {
  const { sku, heldUntil, announceAt, leftPinned } = stock
  const findings: Finding[] = leftPinned.map(({ reservationId, changedAt }) => ({
    invariant: 'reservation_left_pinned',
    ids: { sku, reservationId },
    detail: `Its units are set aside since ${toInstant(changedAt)} by a commit that did not end.`,
  }))
  if (heldUntil !== null && heldUntil <= cutoff) {
    const detail = `A hold lapsed at ${toInstant(heldUntil)} and its units are not free.`
    findings.push({ invariant: 'hold_overdue', ids: { sku }, detail })
  }
  if (announceAt !== null && announceAt <= cutoff) {
    const detail = `Its balance was to be announced at ${toInstant(announceAt)}.`
    findings.push({ invariant: 'stock_not_announced', ids: { sku }, detail })
  }
  return findings
}

function auditListed(stock: AuditedSku, listed: ListedStock | null, cutoff: number): Finding[] {
  const { sku, indexAt, indexedVersion, bucket = 0 } = stock
  const { onHand, reserved, version } = stock.whole ?? stock
  const stale = (detail: string): Finding[] => [
    { invariant: 'stock_index_stale', ids: { sku }, detail },
  ]
  if (indexAt !== null && indexAt <= cutoff) {
    const row = bucket === 0 ? 'Its row in the list' : `What home knows of its bucket ${bucket}`
    return stale(`${row} was to be written at ${toInstant(indexAt)}.`)
  }
  if (bucket > 0) return []
  // A row that is newer than what the object said was written since: no contradiction.
  if ((listed?.version ?? -1) < indexedVersion) {
    return stale(
      `The list shows version ${listed?.version ?? 'none'}; version ${indexedVersion} was written.`,
    )
  }
  const isSame = listed?.onHand === onHand && listed.reserved === reserved
  if (listed?.version !== version || isSame) return []
  return stale(
    `The list shows ${listed.onHand} on hand and ${listed.reserved} reserved; it is ${onHand} and ${reserved}.`,
  )
}
