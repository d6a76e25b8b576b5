import type {
  MovementView,
  ReservationView,
  SplitView,
  StockView,
} from '@kiosk/contracts/http/inventory'
import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Movement, Stock } from '../domain/sku.ts'
import type { ReservationRecord } from '../store/reservations.ts'

/** The stock of a SKU as staff sees it. */
export function toStockView(stock: Omit<Stock, 'isLow'>): StockView {
  const { sku, onHand, reserved, version, lowStockThreshold } = stock
  const available = onHand - reserved
  return { sku, onHand, reserved, available, version, lowStockThreshold }
}

interface Split {
  readonly sku: string
  readonly count: number
  /** Epoch ms. */
  readonly effectiveAt: number | null
  readonly buckets: readonly Pick<Stock, 'onHand' | 'reserved'>[]
}

/** How its stock is spread. */
export function toSplitView({ sku, count, effectiveAt, buckets }: Split): SplitView {
  return {
    sku,
    count,
    effectiveAt: effectiveAt === null ? null : toInstant(effectiveAt),
    buckets: buckets.map(({ onHand, reserved }) => ({
      onHand,
      reserved,
      available: onHand - reserved,
    })),
  }
}

type Recorded = Movement & { readonly id: number; readonly at: number; readonly actor: string }

export function toMovementView(movement: Recorded): MovementView {
  const { id, at, delta, reason, reference, actor, onHand } = movement
  return {
    id,
    at: toInstant(at),
    delta,
    reason,
    ...(reference === null ? {} : { reference }),
    actor,
    onHand,
  }
}

export function toReservationView(
  record: ReservationRecord,
  status: ReservationView['status'],
): ReservationView {
  return {
    id: record.id,
    orderId: record.orderId,
    status,
    expiresAt: status === 'held' ? toInstant(record.expiresAt) : null,
    lines: record.lines.map(({ sku, quantity }) => ({ sku, quantity })),
  }
}
