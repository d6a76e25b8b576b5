import type { Reservation } from '../domain/reservation.ts'
import type { Movement, Stock } from '../domain/sku.ts'
import { toBalance, type Balance, type BalanceRow, type Told } from './sku-balance.ts'
import { MIGRATIONS } from './sku-schema.ts'

/** A movement as it was recorded. */
export interface RecordedMovement extends Movement {
  readonly id: number
  /** Epoch ms. */
  readonly at: number
  readonly actor: string
  /** What was on hand after it but for transfers: the part of this bucket in what the SKU had then. */
  readonly share: number
}

const LAPSED_PAGE = 1_000
const NEVER = Number.MAX_SAFE_INTEGER

/** The SQL of one SKU's object, all of it synchronous: nothing else happens between two statements. */
export class SkuStore {
  readonly #sql: SqlStorage

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql
  }

  /** Whether anything was ever stored. Asking leaves no trace, so a mistyped SKU makes no database. */
  hasSchema(): boolean {
    const found = this.#sql.exec(`SELECT 1 FROM sqlite_master WHERE name = '_migrations'`)
    return found.toArray().length > 0
  }

  /** Brings the schema up to date. */
  migrate(now: number): void {
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS _migrations (step INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)',
    )
    const { applied } = this.#sql
      .exec<{ applied: number }>('SELECT count(*) AS applied FROM _migrations')
      .one()
    for (const [step, ddl] of MIGRATIONS.entries()) {
      if (step < applied) continue
      this.#sql.exec(ddl)
      this.#sql.exec('INSERT INTO _migrations (step, applied_at) VALUES (?, ?)', step, now)
    }
  }

  balance(): Balance | null {
    const [row] = this.#sql.exec<BalanceRow>('SELECT * FROM balance').toArray()
    return row === undefined ? null : toBalance(row)
  }

  /**
   * Writes a balance; `tellBy` (epoch ms) is when the world outside is to hear of it at the latest. What is to
   * be told stays to be told, also when it is again what was told last: a send may have been cut off before it
   * was noted.
   */
  saveStock(stock: Stock, tellBy: number): void {
    this.#sql.exec(
      `INSERT INTO balance (id, sku, on_hand, reserved, version, low_stock_threshold, is_low,
         announce_at, index_at, bucket)
       VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, iif(?4 > 0, ?7, NULL), ?7, ?8)
       ON CONFLICT (id) DO UPDATE SET on_hand = ?2, reserved = ?3, version = ?4,
         low_stock_threshold = ?5, is_low = ?6, rises = rises + (?2 - ?3 > on_hand - reserved),
         elsewhere_on_hand = ?9, elsewhere_reserved = ?10, elsewhere_version = ?11,
         announce_at = iif(
           bucket > 0 OR (announce_at IS NULL AND ?2 - ?3 + ?9 - ?10 IS told_available), NULL,
           min(coalesce(announce_at, ?7), ?7)),
         index_at = min(coalesce(index_at, ?7), ?7)`,
      stock.sku,
      stock.onHand,
      stock.reserved,
      stock.version,
      stock.lowStockThreshold,
      stock.isLow ? 1 : 0,
      tellBy,
      stock.bucket ?? 0,
      stock.elsewhere?.onHand ?? 0,
      stock.elsewhere?.reserved ?? 0,
      stock.elsewhere?.version ?? 0,
    )
  }

  saveTold(told: Told): void {
    this.#sql.exec(
      `UPDATE balance SET told_available = ?, told_version = ?, told_at = ?, announce_at = ?,
         indexed_version = ?, index_at = ?`,
      told.toldAvailable,
      told.toldVersion,
      told.toldAt,
      told.announceAt,
      told.indexedVersion,
      told.indexAt,
    )
  }

  reservation(reservationId: string): Reservation | null {
    const [row] = this.#sql
      .exec<ReservationRow>('SELECT * FROM reservations WHERE reservation_id = ?', reservationId)
      .toArray()
    return row === undefined ? null : toReservation(row)
  }

  saveReservation(reservation: Reservation, now: number): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO reservations (reservation_id, order_id, quantity, fingerprint, owner,
         several_lines, traceparent, taken_at, attempt, state, expires_at, changed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      reservation.reservationId,
      reservation.orderId,
      reservation.quantity,
      reservation.fingerprint,
      reservation.owner,
      reservation.severalLines ? 1 : 0,
      reservation.traceparent,
      reservation.takenAt,
      reservation.attempt,
      reservation.state,
      reservation.expiresAt,
      now,
    )
  }

  remove({ reservationId }: Reservation): void {
    this.#sql.exec('DELETE FROM reservations WHERE reservation_id = ?', reservationId)
  }

  /** Holds whose deadline has passed, oldest first. */
  lapsed(now: number): (Reservation & { state: 'held' })[] {
    return this.#sql
      .exec<ReservationRow>(
        `SELECT * FROM reservations WHERE state = 'held' AND expires_at <= ?
         ORDER BY expires_at LIMIT ?`,
        now,
        LAPSED_PAGE,
      )
      .toArray()
      .map(toReservation)
      .filter((reservation) => reservation.state === 'held')
  }

  /** Units that requests for several SKUs took after `since` and may still give back. */
  unsettledUnits(since: number): number {
    return this.#sql
      .exec<{ units: number }>(
        `SELECT coalesce(sum(quantity), 0) AS units FROM reservations
         WHERE state = 'held' AND several_lines = 1 AND taken_at > ?`,
        since,
      )
      .one().units
  }

  addMovement(movement: Movement, at: number, actor: string): void {
    const { delta, reason, reference, onHand } = movement
    this.#sql.exec(
      'INSERT INTO movements (at, delta, reason, reference, actor, on_hand) VALUES (?, ?, ?, ?, ?, ?)',
      at,
      delta,
      reason,
      reference,
      actor,
      onHand,
    )
  }

  /**
   * Movements, newest first, older than a position (an id) if one is given. Without those between buckets,
   * which change nothing for the SKU; staff's own have no reference, whatever reason they give.
   */
  movements(limit: number, before: number | null): RecordedMovement[] {
    return this.#sql
      .exec<MovementRow>(
        `SELECT *, on_hand - (
           SELECT coalesce(sum(delta), 0) FROM movements AS moved
           WHERE moved.reason = 'transfer' AND moved.reference IS NOT NULL
             AND moved.id <= movements.id) AS share
         FROM movements WHERE id < coalesce(?, ${NEVER})
           AND NOT (reason = 'transfer' AND reference IS NOT NULL)
         ORDER BY id DESC LIMIT ?`,
        before,
        limit,
      )
      .toArray()
      .map(({ on_hand: onHand, ...movement }) => ({ ...movement, onHand }))
  }

  /** When the next thing is due (epoch ms): a deadline, an event to send, something to announce. */
  nextDue(): number | null {
    return this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(due) AS due FROM (
           SELECT min(expires_at) AS due FROM reservations WHERE state = 'held'
           UNION ALL SELECT min(due_at) FROM outbox WHERE published_at IS NULL
           UNION ALL SELECT announce_at FROM balance
           UNION ALL SELECT nullif(min(coalesce(index_at, ${NEVER}), coalesce(exchange_at, ${NEVER})),
             ${NEVER}) FROM balance)`,
      )
      .one().due
  }
}

interface ReservationRow extends Record<string, SqlStorageValue> {
  reservation_id: string
  order_id: string
  quantity: number
  fingerprint: string
  owner: 'orders' | 'staff'
  several_lines: number
  traceparent: string
  taken_at: number
  attempt: string | null
  state: Reservation['state']
  expires_at: number | null
}

function toReservation(row: ReservationRow): Reservation {
  const { state, expires_at: expiresAt } = row
  const rest = {
    reservationId: row.reservation_id,
    orderId: row.order_id,
    quantity: row.quantity,
    fingerprint: row.fingerprint,
    owner: row.owner,
    severalLines: row.several_lines === 1,
    traceparent: row.traceparent,
    takenAt: row.taken_at,
    attempt: row.attempt,
  }
  if (state !== 'held') return { ...rest, state, expiresAt }
  // The table does not take a hold without a deadline.
  return { ...rest, state, expiresAt: expiresAt ?? 0 }
}

interface MovementRow extends Record<string, SqlStorageValue> {
  id: number
  at: number
  delta: number
  reason: string
  reference: string | null
  actor: string
  on_hand: number
  share: number
}
