import type { Splits } from '../domain/split.ts'
import { newBucket, type Bucket } from '../domain/supply.ts'

/** The SQL of stock that is split: what home knows of its buckets, and what is on its way. */
export class SkuBuckets {
  readonly #sql: SqlStorage

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql
  }

  all(): Bucket[] {
    return this.#sql
      .exec<BucketRow>('SELECT * FROM buckets WHERE bucket > 0 ORDER BY bucket')
      .toArray()
      .map(({ on_hand: onHand, transferred_at: _, ...row }) => ({ ...row, onHand }))
  }

  find(bucket: number): Bucket {
    const [row] = this.#sql
      .exec<BucketRow>('SELECT * FROM buckets WHERE bucket = ?', bucket)
      .toArray()
    if (row === undefined) return newBucket(bucket)
    const { on_hand: onHand, transferred_at: _, ...rest } = row
    return { ...rest, onHand }
  }

  save(bucket: Bucket, now: number): void {
    this.#sql.exec(
      `INSERT INTO buckets
         (bucket, version, on_hand, reserved, rises, arrived, sent, received, transferred_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT (bucket) DO UPDATE SET version = ?2, on_hand = ?3, reserved = ?4, rises = ?5,
         arrived = ?6, sent = ?7, received = ?8,
         transferred_at = iif(sent <> ?7 OR received <> ?8, ?9, transferred_at)`,
      bucket.bucket,
      bucket.version,
      bucket.onHand,
      bucket.reserved,
      bucket.rises,
      bucket.arrived,
      bucket.sent,
      bucket.received,
      now,
    )
  }

  saveSplits(splits: Splits): void {
    this.#sql.exec('UPDATE balance SET splits = ?', JSON.stringify(splits))
  }

  /** By when home asks again what has become of units (epoch ms); null: nothing is open. */
  get exchangeAt(): number | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>('SELECT exchange_at AS at FROM balance')
      .toArray()
    return row?.at ?? null
  }

  exchangeBy(time: number | null): void {
    this.#sql.exec('UPDATE balance SET exchange_at = ?', time)
  }

  /** Of a bucket: adds to the units that it got from home, and that it sent there. */
  count(received: number, sent: number, now: number): void {
    this.#sql.exec(
      'UPDATE balance SET received = received + ?, sent = sent + ?, transferred_at = ?',
      received,
      sent,
      now,
    )
  }

  /** The latest time that is in the id of a reservation here. */
  latestReservation(): string | null {
    return this.#sql
      .exec<{ id: string | null }>('SELECT max(reservation_id) AS id FROM reservations')
      .one().id
  }
}

interface BucketRow extends Record<string, SqlStorageValue> {
  bucket: number
  version: number
  on_hand: number
  reserved: number
  rises: number
  arrived: number
  sent: number
  received: number
  transferred_at: number
}
