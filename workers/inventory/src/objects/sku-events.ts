import type { KioskEvent } from '@kiosk/contracts/events'
import { toInstant } from '@kiosk/contracts/primitives/time'
import { unreachable } from '@kiosk/kit/assert'
import { newEvent } from '@kiosk/kit/events'
import { availableOf, type Fact, type Stock } from '../domain/sku.ts'

/** A fact that a decision left, as the event that tells of it. */
export function eventOf(fact: Fact, stock: Stock): KioskEvent {
  const { sku, version, lowStockThreshold } = stock
  switch (fact.type) {
    case 'stock.low':
      return newEvent('stock.low', {
        subject: sku,
        aggregateversion: version,
        data: { sku, available: availableOf(stock), lowStockThreshold },
      })
    case 'reservation.expired': {
      const { reservationId, orderId, quantity, traceparent } = fact
      const expiresAt = toInstant(fact.expiresAt)
      return newEvent('reservation.expired', {
        subject: reservationId,
        aggregateversion: version,
        data: { reservationId, orderId, sku, quantity, expiresAt },
        traceparent,
      })
    }
    default:
      return unreachable(fact)
  }
}

/** The balance as it is now. */
export function changedEvent(stock: Stock): KioskEvent {
  const { sku, version, onHand, reserved } = stock
  return newEvent('stock.changed', {
    subject: sku,
    aggregateversion: version,
    data: { sku, onHand, reserved, available: availableOf(stock) },
  })
}
