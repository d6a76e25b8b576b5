import type { Subscriber } from '@kiosk/contracts/events'
import type {
  AuditWindow,
  EventFacts,
  ReservationFacts,
  StockFacts,
} from '@kiosk/contracts/rpc/audit'
import type { Unsent } from '@kiosk/kit/audit-rules'
import { idFloor } from '@kiosk/kit/ids'
import { DurableObject } from 'cloudflare:workers'
import type { AuditedSku, Transfers } from '../domain/audit.ts'
import { objectName } from '../domain/split.ts'
import type { SkuStockEnv } from './settings.ts'
import { SkuStore } from './sku-store.ts'

/** Where to go on in what one SKU has many of. */
export interface SkuPlace {
  readonly reservationId: string
  readonly eventId: string
}

export interface SkuAuditRequest extends AuditWindow {
  readonly after: SkuPlace | null
  readonly limit: number
}

/** What a SKU's object answers the audit: all of it as of one moment. */
export interface SkuReport {
  readonly sku: AuditedSku
  readonly unsent: readonly Unsent[]
  /** The reservations of orders that were pinned or committed. */
  readonly reservations: readonly ReservationFacts[]
  readonly events: readonly EventFacts[]
  /** What the catalog was told last. */
  readonly told: StockFacts | null
  /** Which bucket this is, and how many the SKU has, as far as this one knows. */
  readonly bucket: number
  readonly buckets: number
  /** Units that went to and fro, ever: between home and each bucket, or a bucket and home. */
  readonly transfers: readonly Transfers[]
  /** Where to go on; null when nothing is left. */
  readonly next: SkuPlace | null
}

/** The part of a SKU's object that answers audits. Changes nothing: it does not even expire what has lapsed. */
export abstract class AuditableSku extends DurableObject<SkuStockEnv> {
  readonly #auditor = new SkuAuditor(this.ctx.storage)

  /** All that an audit looks at; null for a SKU that is not known here. */
  audit(request: SkuAuditRequest): SkuReport | null {
    return this.#isKnown() ? this.#auditor.report(request) : null
  }

  /** How some reservations stand, whoever owns them, in whichever bucket. */
  async reservationsOf(sku: string, ids: readonly string[]): Promise<ReservationFacts[]> {
    if (!this.#isKnown()) return []
    const own = this.#auditor.reservations(sku, ids)
    const others = Array.from({ length: this.#auditor.buckets - 1 }, (_, n) =>
      this.env.STOCK.getByName(objectName({ sku, bucket: n + 1 })).reservationsOf(sku, ids),
    )
    return [own, ...(await Promise.all(others))].flat()
  }

  /** How many buckets the SKU has, home included. */
  bucketCount(): number {
    return this.#isKnown() ? this.#auditor.buckets : 0
  }

  #isKnown(): boolean {
    return new SkuStore(this.ctx.storage).hasSchema()
  }
}

/** Holds are taken long before they are committed: at most an hour, and what retries take. */
const RESERVATION_AGE_MS = 2 * 60 * 60 * 1000

class SkuAuditor {
  readonly #sql: SqlStorage

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql
  }

  report(request: SkuAuditRequest): SkuReport | null {
    const { since, cutoff, after, limit } = request
    const sku = this.#sku(since, cutoff)
    if (sku === null) return null
    const reservations = this.#pinnedOrCommitted(sku.sku, request)
    const events = this.#events(request)
    const isCut = reservations.length === limit || events.length === limit
    return {
      sku,
      unsent: after === null ? this.#unsent(since, cutoff) : [],
      reservations,
      events,
      told: after === null && sku.bucket === 0 ? this.#told(sku.sku, cutoff) : null,
      bucket: sku.bucket,
      buckets: this.buckets,
      transfers: after === null ? this.#transfers(sku.bucket) : [],
      next: isCut
        ? {
            reservationId: reservations.at(-1)?.reservationId ?? after?.reservationId ?? '',
            eventId: events.at(-1)?.eventId ?? after?.eventId ?? '',
          }
        : null,
    }
  }

  /** Only home knows of more than itself. */
  get buckets(): number {
    const { last } = this.#sql.exec<{ last: number }>(LAST_BUCKET).one()
    return last + 1
  }

  #transfers(bucket: number): Transfers[] {
    const from = bucket === 0 ? 'buckets WHERE bucket > 0' : 'balance'
    return this.#sql
      .exec<TransferRow>(
        `SELECT bucket, sent, received, coalesce(transferred_at, 0) AS changedAt FROM ${from}`,
      )
      .toArray()
  }

  reservations(sku: string, ids: readonly string[]): ReservationFacts[] {
    return this.#sql
      .exec<ReservationRow>(
        `SELECT ${RESERVATION_COLUMNS} FROM reservations
         WHERE reservation_id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(ids),
      )
      .toArray()
      .map((row) => ({ ...row, sku }))
  }

  #sku(since: number, cutoff: number): (AuditedSku & { bucket: number }) | null {
    const [row] = this.#sql
      .exec<SkuRow>(
        `SELECT sku, on_hand AS onHand, reserved, version, announce_at AS announceAt,
           index_at AS indexAt, indexed_version AS indexedVersion, bucket,
           on_hand + elsewhere_on_hand AS wholeOnHand,
           reserved + elsewhere_reserved AS wholeReserved,
           version + elsewhere_version AS wholeVersion,
           coalesce(before.on_hand_then, 0) + (
             SELECT coalesce(sum(delta), 0) FROM movements WHERE id > coalesce(before.id_then, 0)
           ) AS moved,
           (SELECT coalesce(sum(quantity), 0) FROM reservations WHERE state = 'held')
             + (SELECT coalesce(sum(quantity), 0) FROM reservations WHERE state = 'pinned')
             AS promised,
           (SELECT min(expires_at) FROM reservations WHERE state = 'held') AS heldUntil
         FROM balance LEFT JOIN (
           SELECT id AS id_then, on_hand AS on_hand_then FROM movements
           WHERE at < ? ORDER BY id DESC LIMIT 1
         ) AS before`,
        since,
      )
      .toArray()
    if (row === undefined) return null
    const leftPinned = this.#sql
      .exec<{ reservationId: string; changedAt: number }>(
        `SELECT reservation_id AS reservationId, changed_at AS changedAt FROM reservations
         WHERE state = 'pinned' AND owner = 'staff' AND changed_at <= ?`,
        cutoff,
      )
      .toArray()
    const { wholeOnHand: onHand, wholeReserved: reserved, wholeVersion: version, ...own } = row
    return { ...own, whole: { onHand, reserved, version }, leftPinned }
  }

  #pinnedOrCommitted(sku: string, request: SkuAuditRequest): ReservationFacts[] {
    const { since, cutoff, after, limit } = request
    return this.#sql
      .exec<ReservationRow>(
        `SELECT ${RESERVATION_COLUMNS} FROM reservations
         WHERE reservation_id > ? AND reservation_id >= ?
           AND state IN ('pinned', 'committed') AND owner = 'orders'
           AND changed_at BETWEEN ? AND ?
         ORDER BY reservation_id LIMIT ?`,
        after?.reservationId ?? '',
        idFloor('reservation', since - RESERVATION_AGE_MS),
        since,
        cutoff,
        limit,
      )
      .toArray()
      .map((row) => ({ ...row, sku }))
  }

  #events({ since, cutoff, after, limit }: SkuAuditRequest): EventFacts[] {
    return this.#sql
      .exec<EventRow>(
        `SELECT event_id AS eventId, destination, published_at AS saidAt,
           event ->> '$.type' AS type, event ->> '$.data.orderId' AS orderId, NULL AS userId
         FROM outbox
         WHERE event_id > ? AND event_id >= ? AND published_at <= ?
         ORDER BY event_id LIMIT ?`,
        after?.eventId ?? '',
        idFloor('event', since),
        cutoff,
        limit,
      )
      .toArray()
  }

  #unsent(since: number, cutoff: number): Unsent[] {
    return this.#sql
      .exec<UnsentRow>(
        `SELECT destination, count(*) AS waiting, min(event_id) AS eventId, min(due_at) AS dueAt,
           max(attempts) AS attempts
         FROM outbox
         WHERE published_at IS NULL AND +event_id BETWEEN ? AND ?
           AND (due_at <= ? OR attempts > 0)
         GROUP BY destination`,
        idFloor('event', since),
        idFloor('event', cutoff),
        cutoff,
      )
      .toArray()
  }

  #told(sku: string, cutoff: number): StockFacts | null {
    const [told] = this.#sql
      .exec<{ version: number; toldAt: number }>(
        'SELECT told_version AS version, told_at AS toldAt FROM balance WHERE told_at <= ?',
        cutoff,
      )
      .toArray()
    return told === undefined ? null : { sku, ...told }
  }
}

const LAST_BUCKET = 'SELECT coalesce(max(bucket), 0) AS last FROM buckets'

const RESERVATION_COLUMNS = `reservation_id AS reservationId, order_id AS orderId, quantity, state,
  changed_at AS changedAt`

interface ReservationRow extends Record<string, SqlStorageValue> {
  reservationId: string
  orderId: string
  quantity: number
  state: ReservationFacts['state']
  changedAt: number
}

interface SkuRow extends Record<string, SqlStorageValue> {
  sku: string
  onHand: number
  reserved: number
  version: number
  moved: number
  promised: number
  heldUntil: number | null
  announceAt: number | null
  indexAt: number | null
  indexedVersion: number
  bucket: number
  wholeOnHand: number
  wholeReserved: number
  wholeVersion: number
}

interface TransferRow extends Record<string, SqlStorageValue> {
  bucket: number
  sent: number
  received: number
  changedAt: number
}

interface EventRow extends Record<string, SqlStorageValue> {
  eventId: string
  destination: Subscriber
  type: string
  saidAt: number
  orderId: string | null
  userId: null
}

interface UnsentRow extends Record<string, SqlStorageValue> {
  destination: string
  waiting: number
  eventId: string
  dueAt: number
  attempts: number
}
